// Which failures of a verification are VERIFY_X509_STRICT's own (OpenSSL: X509_V_FLAG_X509_STRICT):
// rules of RFC 5280 for certificates that would otherwise pass.
#pragma once

#include "native/openssl/ptr.h"

namespace hermetic::tls {

// IsStrictComplaint tells whether the failure that `store_ctx` is at would be none without the
// flag.
bool IsStrictComplaint(X509_STORE_CTX* store_ctx);

}  // namespace hermetic::tls
