// The keys of a server's tickets, so that the servers of a cluster can share them and change them.
// A ticket is encrypted with AES-CBC and authenticated with HMAC-SHA256 (RFC 5077, 4).
#pragma once

#include <openssl/ssl.h>

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/openssl/secure_bytes.h"

namespace hermetic::tls {

// A key is its name of 16 bytes, its key for HMAC, and its key for AES, both of 16 bytes (AES-128)
// in node:tls and in nginx's short files, or of 32 bytes (AES-256).
inline constexpr size_t kTicketKeyLen = 48;
inline constexpr size_t kLongTicketKeyLen = 80;

// TicketKeys is a list of keys that does not change. The first one encrypts new tickets, and all of
// them decrypt.
class TicketKeys {
 public:
  // Create takes one key of 48 bytes or more, concatenated, as node:tls has them. Any other length
  // is a value error.
  static Result<std::shared_ptr<const TicketKeys>> Create(ByteView keys);
  // CreateMixed takes the keys of a ring, of both lengths, concatenated, and the length of each.
  static Result<std::shared_ptr<const TicketKeys>> CreateMixed(ByteView keys, ByteView lengths);
  // Generate makes one random key.
  static Result<std::shared_ptr<const TicketKeys>> Generate();

  const openssl::SecureBytes& bytes() const { return bytes_; }

  // Whether a client of TLS 1.3, which should use a ticket once (RFC 8446, C.4), gets a new one
  // each time. True for a ring, as for OpenSSL's own keys; false for the keys of node:tls.
  bool renews() const { return renews_; }

  // Each returns what OpenSSL's callback has to (SSL_CTX_set_tlsext_ticket_key_evp_cb(3)). Decrypt
  // asks for a new ticket if it was not the first key that has encrypted the old one.
  int Encrypt(unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
              EVP_MAC_CTX* mac) const;
  int Decrypt(const unsigned char* name, const unsigned char* iv, EVP_CIPHER_CTX* cipher,
              EVP_MAC_CTX* mac) const;

 private:
  TicketKeys(openssl::SecureBytes bytes, Bytes lengths, bool renews)
      : bytes_(std::move(bytes)), lengths_(std::move(lengths)), renews_(renews) {}
  openssl::SecureBytes bytes_;
  Bytes lengths_;
  bool renews_;
};

}  // namespace hermetic::tls
