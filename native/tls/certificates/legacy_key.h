// The public key of a certificate for node:tls.
#pragma once

#include <optional>

#include "native/openssl/ptr.h"
#include "native/tls/certificates/legacy_certificate.h"

namespace hermetic::tls {

// DecodeLegacyKey returns nothing for other kinds of keys than RSA and EC, and for a key that
// cannot be decoded.
std::optional<LegacyKey> DecodeLegacyKey(const X509* certificate);

}  // namespace hermetic::tls
