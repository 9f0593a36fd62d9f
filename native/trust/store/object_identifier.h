// Converts object identifiers between OpenSSL's form and the dotted form.
#pragma once

#include <string>

#include "native/openssl/ptr.h"

namespace hermetic::trust {

std::string DottedText(const ASN1_OBJECT* object);

// ObjectOf returns null if the text is not an object identifier in dotted form.
openssl::Asn1ObjectPtr ObjectOf(const std::string& dotted);

}  // namespace hermetic::trust
