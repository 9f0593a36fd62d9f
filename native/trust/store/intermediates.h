// The platform's intermediates (EntryRole::kIntermediate). They help to build a chain like those
// that the peer sends. In a store they would be anchors under VERIFY_X509_PARTIAL_CHAIN.
#pragma once

#include "native/openssl/ptr.h"

namespace hermetic::trust {

// VerifyWithIntermediates calls X509_verify_cert with the intermediates of the store's view among
// the untrusted certificates. A chain through a certificate whose trust had ended
// (distrust_after.h) fails with X509_V_ERR_CERT_REJECTED, without a call of the verification's
// callback.
int VerifyWithIntermediates(X509_STORE_CTX* verification) noexcept;

}  // namespace hermetic::trust
