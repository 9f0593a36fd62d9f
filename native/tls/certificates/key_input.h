// The input of certificates and keys: bytes with their name in messages, and the password for
// encrypted input.
#pragma once

#include <optional>

#include "native/input/der.h"
#include "native/input/named_bytes.h"
#include "native/openssl/ptr.h"
#include "native/openssl/secure_bytes.h"

namespace hermetic::tls {

using input::IsDer;
using input::IsPkcs12;
using input::NamedBytes;

// Unlocking is the means of decrypting encrypted input.
struct Unlocking {
  // Absent if the caller has not been asked for a password yet.
  std::optional<openssl::SecureBytes> password;
  // The library context for decryption; null for the default one.
  OSSL_LIB_CTX* library = nullptr;
};

// CharsOf returns the bytes as characters, for functions of OpenSSL that take a password in that
// type.
inline const char* CharsOf(const openssl::SecureBytes& bytes) {
  return bytes.empty() ? "" : reinterpret_cast<const char*>(bytes.data());
}

}  // namespace hermetic::tls
