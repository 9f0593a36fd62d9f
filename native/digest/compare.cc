// See compare.h.
#include "native/digest/compare.h"

#include <openssl/crypto.h>

#include <cstdint>

#include "native/base/bytes.h"

namespace hermetic::digest {

bool CompareDigest(ByteView a, ByteView b) {
  const bool have_same_length = a.size() == b.size();
  // If the lengths differ, comparing `b` with itself takes the time of a comparison with an equal
  // `b`.
  const uint8_t* left = have_same_length ? a.data() : b.data();
  const bool have_same_bytes = CRYPTO_memcmp(left, b.data(), b.size()) == 0;
  return have_same_length && have_same_bytes;
}

}  // namespace hermetic::digest
