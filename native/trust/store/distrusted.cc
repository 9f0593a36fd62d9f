// See distrusted.h. native/trust/store/distrusted_keys.inc says how to add a key.
#include "native/trust/store/distrusted.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>

#include "native/base/bytes.h"

namespace hermetic::trust {
namespace {

constexpr size_t kDigestLen = 32;
using Digest = std::array<uint8_t, kDigestLen>;

// The last entry is not a key: a C++ array must not be empty.
constexpr Digest kTable[] = {
#include "native/trust/store/distrusted_keys.inc"
    {},
};
constexpr size_t kCount = std::size(kTable) - 1;

}  // namespace

bool IsDistrustedKey(ByteView spki_sha256) {
  return std::any_of(kTable, kTable + kCount, [&](const Digest& digest) {
    return std::equal(digest.begin(), digest.end(), spki_sha256.begin(), spki_sha256.end());
  });
}

ByteView DistrustedKeys() { return {kTable[0].data(), kCount * kDigestLen}; }

}  // namespace hermetic::trust
