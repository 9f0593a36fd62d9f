// Checks of password-based encryption of keys (PKCS#5, RFC 8018; PKCS#12, RFC 7292; the older form
// of PEM): whether the algorithm is available, and whether it needs acceptable work and memory.
#pragma once

#include <string>

#include "native/base/result.h"
#include "native/openssl/ptr.h"
#include "native/tls/certificates/work_budget.h"

namespace hermetic::tls {

// Encrypted describes the place of an algorithm.
struct Encrypted {
  std::string name;                 // the encrypted object, for messages
  OSSL_LIB_CTX* library = nullptr;  // the library context for decryption; null for the default one
};

// CheckCipher fails if the library context does not have the cipher. The error names the cipher,
// and says whether the legacy algorithms have it.
Status CheckCipher(const std::string& cipher, const Encrypted& what);

// CheckEncryption checks all parts of the algorithm of an EncryptedPrivateKeyInfo or of a part of a
// PKCS#12: cipher, derivation of the key, digest, length of the key. It spends the work of the
// derivation `times` times. It fails if the budget or the memory does not allow that, or if the
// parameters cannot be decoded. After it, a failure to derive the key is rare.
Status CheckEncryption(const X509_ALGOR* algorithm, const Encrypted& what, WorkBudget* budget,
                       int times = 1);

// CheckMac spends the work of checking the MAC of a PKCS#12, `times` times. Parameters that cannot
// be decoded are left to the check itself.
Status CheckMac(const PKCS12* pkcs12, WorkBudget* budget, int times = 1);

}  // namespace hermetic::tls
