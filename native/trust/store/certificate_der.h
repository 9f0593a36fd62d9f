// Looks at the DER of a certificate without decoding it: OpenSSL decodes the public key at once,
// which takes most of the time that reading a bundle takes.
#pragma once

#include <optional>

#include "native/base/bytes.h"

namespace hermetic::trust {

struct CertificateOutline {
  ByteView certificate;  // without what follows it
  ByteView subject;      // its distinguished name, DER
};

// OutlineOf is absent where the bytes do not begin as a certificate does (RFC 5280, 4.1).
std::optional<CertificateOutline> OutlineOf(ByteView der);

}  // namespace hermetic::trust
