// Reads the outline of a certificate from its DER without decoding it. OpenSSL would decode the
// public key at once, which takes most of the time of reading a bundle.
#pragma once

#include <optional>

#include "native/base/bytes.h"

namespace hermetic::trust {

struct CertificateOutline {
  ByteView certificate;  // without the bytes after it
  ByteView subject;      // its distinguished name, DER
};

// OutlineOf returns nothing if the bytes do not begin like a certificate (RFC 5280, 4.1).
std::optional<CertificateOutline> OutlineOf(ByteView der);

}  // namespace hermetic::trust
