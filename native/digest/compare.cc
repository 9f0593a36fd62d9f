// See compare.h.
#include "native/digest/compare.h"

#include <openssl/crypto.h>

#include <cstddef>
#include <cstdint>

#include "native/base/bytes.h"

namespace hermetic::digest {
namespace {

// OpenSSL's function compares byte by byte, except exactly 16 bytes, which it compares at once.
constexpr size_t kBlockLen = 16;

bool HaveSameBytes(const uint8_t* a, const uint8_t* b, size_t len) {
  int difference = 0;
  for (; len >= kBlockLen; a += kBlockLen, b += kBlockLen, len -= kBlockLen)
    difference |= CRYPTO_memcmp(a, b, kBlockLen);
  return (difference | CRYPTO_memcmp(a, b, len)) == 0;
}

}  // namespace

bool CompareDigest(ByteView a, ByteView b) {
  const bool have_same_length = a.size() == b.size();
  // If the lengths differ, comparing `b` with itself takes the time of a comparison with an equal
  // `b`.
  const uint8_t* left = have_same_length ? a.data() : b.data();
  const bool have_same_bytes = HaveSameBytes(left, b.data(), b.size());
  return have_same_length && have_same_bytes;
}

}  // namespace hermetic::digest
