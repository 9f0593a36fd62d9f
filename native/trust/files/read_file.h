// Files of certificates as bytes.
#pragma once

#include <string>

#include "native/base/bytes.h"
#include "native/base/result.h"

namespace hermetic::trust {

// ReadFile returns the contents of a whole file or pipe. It is a system error if the file cannot be
// read, or is larger than any bundle: such a path names something else.
Result<Bytes> ReadFile(const std::string& file);

}  // namespace hermetic::trust
