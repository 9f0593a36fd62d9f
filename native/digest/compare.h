// Comparison in constant time: Python's hmac.compare_digest.
#pragma once

#include "native/base/bytes.h"

namespace hermetic::digest {

// CompareDigest returns whether both hold the same bytes. Its time depends only on the length of
// `b`, whether the lengths differ or not: pass the other side's bytes as `b`.
bool CompareDigest(ByteView a, ByteView b);

}  // namespace hermetic::digest
