// The keys of a server's tickets, in the form of node:tls, so that the servers of a cluster can
// share them and change them. A ticket is encrypted with AES-128-CBC and authenticated with
// HMAC-SHA256 (RFC 5077, 4).
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

// A key is its name, its key for HMAC, and its key for AES, of 16 bytes each.
inline constexpr size_t kTicketKeyLen = 48;

// TicketKeys is a list of keys that does not change. The first one encrypts new tickets, and all of
// them decrypt.
class TicketKeys {
 public:
  // Create takes one key or more, concatenated. Any other length is a value error.
  static Result<std::shared_ptr<const TicketKeys>> Create(ByteView keys);
  // Generate makes one random key.
  static Result<std::shared_ptr<const TicketKeys>> Generate();

  const openssl::SecureBytes& bytes() const { return bytes_; }

  // Each returns what OpenSSL's callback has to (SSL_CTX_set_tlsext_ticket_key_evp_cb(3)). Decrypt
  // asks for a new ticket if it was not the first key that has encrypted the old one.
  int Encrypt(unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
              EVP_MAC_CTX* mac) const;
  int Decrypt(const unsigned char* name, const unsigned char* iv, EVP_CIPHER_CTX* cipher,
              EVP_MAC_CTX* mac) const;

 private:
  explicit TicketKeys(openssl::SecureBytes bytes) : bytes_(std::move(bytes)) {}
  openssl::SecureBytes bytes_;
};

}  // namespace hermetic::tls
