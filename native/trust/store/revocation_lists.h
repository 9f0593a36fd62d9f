// Reads revocation lists, which an application gives apart from its trusted certificates.
#pragma once

#include <vector>

#include "native/base/result.h"
#include "native/input/named_bytes.h"
#include "native/openssl/ptr.h"

namespace hermetic::trust {

// ReadRevocationLists returns every list of a PEM, or the one in DER. Anything else is a value
// error.
Result<std::vector<openssl::X509CrlPtr>> ReadRevocationLists(const input::NamedBytes& data);

}  // namespace hermetic::trust
