// The name by which OpenSSL finds a hashed directory. It looks for files there with stat, which on
// Windows takes names in the machine's code page; all other names here are UTF-8.
#pragma once

#include <string>

#include "native/base/result.h"

namespace hermetic::trust {

// NameForOpenssl returns the directory's name, or if OpenSSL needs another one, the name in the
// code page or Windows' short name. It is an error if no such name exists.
Result<std::string> NameForOpenssl(const std::string& directory);

}  // namespace hermetic::trust
