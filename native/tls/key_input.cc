// See key_input.h.
#include "native/tls/key_input.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace hermetic::tls {
namespace {

using openssl::ByteView;

constexpr uint8_t kSequence = 0x30;
constexpr uint8_t kLongForm = 0x80;
constexpr uint8_t kMostLengthBytes = 4;

// How many bytes tag and length take: 0 where the second byte could be text.
size_t HeaderLength(ByteView bytes) {
  if (bytes.size() < 2 || bytes[0] != kSequence) return 0;
  const uint8_t first = bytes[1];
  if (first < kLongForm) return size_t{first} + 2 == bytes.size() ? 2 : 0;
  const size_t num_length_bytes = first - kLongForm;
  return num_length_bytes <= kMostLengthBytes ? 2 + num_length_bytes : 0;
}

}  // namespace

bool IsDer(ByteView bytes) { return HeaderLength(bytes) != 0; }

bool IsPkcs12(ByteView bytes) {
  constexpr std::array<uint8_t, 3> kVersion3 = {0x02, 0x01, 0x03};
  const size_t header_len = HeaderLength(bytes);
  if (header_len == 0 || bytes.size() < header_len + kVersion3.size()) return false;
  return std::equal(kVersion3.begin(), kVersion3.end(),
                    bytes.begin() + static_cast<ptrdiff_t>(header_len));
}

}  // namespace hermetic::tls
