// Reads a fuzz input from its front: a few bytes that choose, then bytes for the code under test.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "native/base/bytes.h"
#include "native/input/named_bytes.h"

namespace hermetic::fuzz {

class Input {
 public:
  explicit Input(ByteView bytes) : rest_(bytes) {}

  bool empty() const { return rest_.empty(); }

  // TakeByte returns 0 at the end.
  uint8_t TakeByte() {
    const ByteView byte = Take(1);
    return byte.empty() ? uint8_t{0} : byte.front();
  }

  uint16_t TakeUint16() {
    const uint8_t high = TakeByte();
    return static_cast<uint16_t>(high << 8 | TakeByte());
  }

  // Take returns at most `count` bytes.
  ByteView Take(size_t count) {
    const ByteView taken = rest_.first(std::min(count, rest_.size()));
    rest_ = rest_.subspan(taken.size());
    return taken;
  }

  // TakeCounted returns as many bytes as the next byte says.
  ByteView TakeCounted() { return Take(TakeByte()); }
  ByteView TakeRest() { return Take(rest_.size()); }

  std::string TakeText() {
    const ByteView taken = TakeCounted();
    return {taken.begin(), taken.end()};
  }

 private:
  ByteView rest_;
};

// Named copies bytes under the name of an argument, as the glue does.
inline input::NamedBytes Named(const char* name, ByteView bytes) {
  return {name, {bytes.begin(), bytes.end()}};
}

}  // namespace hermetic::fuzz
