// Object identifiers between OpenSSL's form and the dotted one.
#pragma once

#include <string>

#include "native/openssl/ptr.h"

namespace hermetic::trust {

std::string DottedText(const ASN1_OBJECT* object);

// ObjectOf is null for what is no object identifier in dotted form.
openssl::Asn1ObjectPtr ObjectOf(const std::string& dotted);

}  // namespace hermetic::trust
