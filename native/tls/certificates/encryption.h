// How keys are encrypted with a password (PKCS#5, RFC 8018; PKCS#12, RFC 7292; the older form of
// PEM): whether we have the algorithm, and whether it asks for a bearable amount of work and
// memory.
#pragma once

#include <string>

#include "native/base/result.h"
#include "native/openssl/ptr.h"
#include "native/tls/certificates/work_budget.h"

namespace hermetic::tls {

// Encrypted is where an algorithm was found.
struct Encrypted {
  std::string name;                 // what is encrypted, for messages
  OSSL_LIB_CTX* library = nullptr;  // the library context that decrypts; null for the default one
};

// CheckCipher fails when the library context has no such cipher. The error names it, and says
// whether the legacy algorithms have it.
Status CheckCipher(const std::string& cipher, const Encrypted& what);

// CheckEncryption is the same for all that the algorithm of an EncryptedPrivateKeyInfo or of a part
// of a PKCS#12 is made of: cipher, derivation of the key, digest, length of the key. It spends the
// work of the derivation `times` times, and fails where the budget or the memory does not allow it,
// or where the parameters cannot be decoded. After it, a failure to derive the key is rare.
Status CheckEncryption(const X509_ALGOR* algorithm, const Encrypted& what, WorkBudget* budget,
                       int times = 1);

// CheckMac spends the work of checking the MAC of a PKCS#12 once. Parameters that cannot be decoded
// are left to the check itself.
Status CheckMac(const PKCS12* pkcs12, WorkBudget* budget, int times = 1);

}  // namespace hermetic::tls
