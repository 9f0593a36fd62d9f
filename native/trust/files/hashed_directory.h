// The name by which OpenSSL finds a hashed directory. It looks for files there with stat, which on
// Windows takes names in the machine's code page, where everything else here has UTF-8.
#pragma once

#include <string>

#include "native/base/result.h"

namespace hermetic::trust {

// NameForOpenssl gives another name of a directory where it needs one: in the code page, or the
// short one that Windows may have given it. The error says that there is none.
Result<std::string> NameForOpenssl(const std::string& directory);

}  // namespace hermetic::trust
