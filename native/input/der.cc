// See der.h.
#include "native/input/der.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "native/base/bytes.h"

namespace hermetic::input {
namespace {

constexpr uint8_t kSequence = 0x30;
constexpr uint8_t kLongForm = 0x80;
constexpr uint8_t kMostLengthBytes = 4;

// Returns the number of bytes of tag and length; 0 if the second byte could be text.
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

std::optional<size_t> AnnouncedLength(ByteView bytes) {
  const size_t header_len = HeaderLength(bytes);
  if (header_len < 2 || bytes.size() < header_len || bytes[1] == kLongForm) return std::nullopt;
  size_t content_len = bytes[1] < kLongForm ? bytes[1] : 0;
  for (size_t i = 2; i < header_len; ++i) content_len = content_len << 8 | bytes[i];
  return header_len + content_len;
}

}  // namespace hermetic::input
