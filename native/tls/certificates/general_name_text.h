// General names as the text of node:tls (getPeerCertificate().subjectaltname): "DNS:a, URI:b".
#pragma once

#include <string>

#include "native/openssl/ptr.h"

namespace hermetic::tls {

// GeneralNameText returns one name with its kind. A value that could be mistaken for another name
// is quoted like a string of JSON (CVE-2021-44532).
std::string GeneralNameText(const GENERAL_NAME* name);

}  // namespace hermetic::tls
