// See random.h.
#include "test/fuzz/support/random.h"

#include <openssl/rand.h>

#include <cstdint>

#include "test/fuzz/support/target.h"

namespace hermetic::fuzz {
namespace {

uint64_t state = 0;

// SplitMix64.
uint8_t NextByte() {
  uint64_t mixed = (state += 0x9e3779b97f4a7c15);
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
  return static_cast<uint8_t>(mixed >> 56);
}

int Fill(unsigned char* out, int len) {
  for (int i = 0; i < len; ++i) out[i] = NextByte();
  return 1;
}

int IsReady() { return 1; }

constexpr RAND_METHOD kRepeatable = {nullptr, Fill, nullptr, nullptr, Fill, IsReady};

}  // namespace

void UseRepeatableRandom() {
  Require(RAND_set_rand_method(&kRepeatable) == 1, "the generator can be replaced");
}

void RestartRandom() { state = 0; }

}  // namespace hermetic::fuzz
