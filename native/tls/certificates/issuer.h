// The issuer of an identity's certificate.
#pragma once

#include "native/base/result.h"
#include "native/openssl/ptr.h"
#include "native/tls/certificates/identity.h"

namespace hermetic::tls {

// FindIssuer returns the certificate of the issuer, from the identity's chain or else from the
// trusted certificates; null without one. A self-signed certificate that is trusted is its own
// issuer.
Result<openssl::X509Ptr> FindIssuer(const Identity& identity, X509_STORE* store);

}  // namespace hermetic::tls
