// What certificates and keys are read from: bytes with the name that messages give them, and what
// opens those that are encrypted.
#pragma once

#include <optional>
#include <string>

#include "native/openssl/bytes.h"
#include "native/openssl/ptr.h"

namespace hermetic::tls {

// NamedBytes are bytes of the caller's and what he calls them: "cert", "chains[1].key", ...
struct NamedBytes {
  std::string name;
  openssl::ByteView bytes;
};

// Unlocking is what encrypted input is opened with.
struct Unlocking {
  // Empty where the caller has not been asked for one yet.
  std::optional<openssl::SecureBytes> password;
  // The library context that decrypts; null for the default one.
  OSSL_LIB_CTX* library = nullptr;
};

// IsDer tells binary input from text: whether it begins as a SEQUENCE of DER (or BER) does and no
// text can.
bool IsDer(openssl::ByteView bytes);

// IsPkcs12 tells whether it begins as PKCS#12 does, with the version number 3 (RFC 7292, 4).
bool IsPkcs12(openssl::ByteView bytes);

// CharsOf is where the bytes lie, for functions of OpenSSL that take a password as characters.
inline const char* CharsOf(const openssl::SecureBytes& bytes) {
  return bytes.empty() ? "" : reinterpret_cast<const char*>(bytes.data());
}

}  // namespace hermetic::tls
