// Recognizes the verification failures that only VERIFY_X509_STRICT causes (OpenSSL:
// X509_V_FLAG_X509_STRICT): rules of RFC 5280, for certificates that would otherwise pass.
#pragma once

#include "native/openssl/ptr.h"

namespace hermetic::tls {

// IsStrictComplaint returns whether the present failure of `store_ctx` would not occur without the
// flag.
bool IsStrictComplaint(X509_STORE_CTX* store_ctx);

}  // namespace hermetic::tls
