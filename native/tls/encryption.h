// How keys are encrypted with a password (PKCS#5, RFC 8018; PKCS#12, RFC 7292; the older form of
// PEM): whether we have the algorithm, and whether it asks for a bearable amount of work.
#pragma once

#include <string>

#include "native/openssl/ptr.h"
#include "native/openssl/result.h"

namespace hermetic::tls {

// CheckCipher fails when the library context (null: the default one) has no such cipher. The error
// names it, and tells whether the legacy algorithms have it. `input` is what is encrypted.
openssl::Status CheckCipher(const std::string& name, OSSL_LIB_CTX* library,
                            const std::string& input);

// CheckEncryption is the same for the algorithm of an EncryptedPrivateKeyInfo or a bag of PKCS#12.
// It also fails for one whose derivation of the key would take minutes. Parameters that cannot be
// read are left to whoever decrypts.
openssl::Status CheckEncryption(const X509_ALGOR* algorithm, OSSL_LIB_CTX* library,
                                const std::string& input);

// CheckMac is the check of the work for the MAC of a PKCS#12.
openssl::Status CheckMac(const PKCS12* pkcs12, const std::string& input);

}  // namespace hermetic::tls
