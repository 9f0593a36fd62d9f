// The platform's intermediates (EntryRole::kIntermediate): they help to build a chain as those that
// the peer sends do. In a store they would be anchors under VERIFY_X509_PARTIAL_CHAIN.
#pragma once

#include "native/openssl/ptr.h"

namespace hermetic::trust {

// VerifyWithIntermediates is X509_verify_cert with those of the store's view among the untrusted
// certificates. A chain through one whose vouching had ended (distrust_after.h) fails, without that
// the callback of the verification is asked, with X509_V_ERR_CERT_REJECTED.
int VerifyWithIntermediates(X509_STORE_CTX* verification) noexcept;

}  // namespace hermetic::trust
