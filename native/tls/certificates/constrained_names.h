// A gap in OpenSSL's name constraints: they are not applied to a wildcard in a common name, which
// can still match the name of the peer (RFC 5280, 4.2.1.10).
#pragma once

#include "native/openssl/ptr.h"

namespace hermetic::tls {

// IsUnconstrainedWildcard returns whether the chain of `store_ctx` has name constraints and the
// name may have been matched with a wildcard in the common name of the peer's certificate.
bool IsUnconstrainedWildcard(X509_STORE_CTX* store_ctx);

}  // namespace hermetic::tls
