// What certificates and keys are read from: bytes with the name that messages give them, and what
// opens those that are encrypted.
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

// Unlocking is what encrypted input is opened with.
struct Unlocking {
  // Empty where the caller has not been asked for one yet.
  std::optional<openssl::SecureBytes> password;
  // The library context that decrypts; null for the default one.
  OSSL_LIB_CTX* library = nullptr;
};

// CharsOf is where the bytes lie, for functions of OpenSSL that take a password as characters.
inline const char* CharsOf(const openssl::SecureBytes& bytes) {
  return bytes.empty() ? "" : reinterpret_cast<const char*>(bytes.data());
}

}  // namespace hermetic::tls
