// Private keys from PEM and DER: PKCS#8, encrypted or not, PKCS#1, SEC1, and the older encrypted
// form of PEM.
#pragma once

#include "native/base/result.h"
#include "native/openssl/ptr.h"
#include "native/tls/certificates/key_input.h"

namespace hermetic::tls {

// ReadPrivateKey returns the first private key, or null if a password is needed and was not given.
// The key belongs to the default library context, whichever context decrypted it.
Result<openssl::PkeyPtr> ReadPrivateKey(const NamedBytes& input, const Unlocking& unlocking);

// HoldsPrivateKey returns whether the PEM has a block with a private key.
bool HoldsPrivateKey(const NamedBytes& pem);

}  // namespace hermetic::tls
