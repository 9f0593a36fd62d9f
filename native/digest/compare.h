// Comparison in constant time: Python's hmac.compare_digest.
#pragma once

#include "native/base/bytes.h"

namespace hermetic::digest {

// CompareDigest tells whether both hold the same bytes. Its time depends on the length of `b`
// alone, whether the lengths differ or not: pass what the other side sent as `b`.
bool CompareDigest(ByteView a, ByteView b);

}  // namespace hermetic::digest
