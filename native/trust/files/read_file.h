// Files of certificates as bytes.
#pragma once

#include <string>

#include "native/base/bytes.h"
#include "native/base/result.h"

namespace hermetic::trust {

// ReadFile is a whole file, pipes too. A system error when it cannot be read, or when it is larger
// than any bundle: such a path names something else.
Result<Bytes> ReadFile(const std::string& file);

}  // namespace hermetic::trust
