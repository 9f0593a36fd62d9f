// Streams of 32-bit words in the form of arm64's SHA-1 and SHA-256 instructions: four words to a
// vector, in order.
#pragma once

#include <arm_neon.h>

#include <cstdint>

#include "native/kdf/kernel.h"

namespace hermetic::kdf {

// Armv8Words holds the eight words of a Stream's array: W0..W3 and W4..W7.
struct Armv8Words {
  uint32x4_t low, high;

  static Armv8Words Load(const uint64_t* from) {
    return {vcombine_u32(vmovn_u64(vld1q_u64(from)), vmovn_u64(vld1q_u64(from + 2))),
            vcombine_u32(vmovn_u64(vld1q_u64(from + 4)), vmovn_u64(vld1q_u64(from + 6)))};
  }

  void Store(uint64_t* to) const {
    vst1q_u64(to, vmovl_u32(vget_low_u32(low)));
    vst1q_u64(to + 2, vmovl_u32(vget_high_u32(low)));
    vst1q_u64(to + 4, vmovl_u32(vget_low_u32(high)));
    vst1q_u64(to + 6, vmovl_u32(vget_high_u32(high)));
  }
};

// Armv8State is the part of a stream that is not in registers. It lies in the scratch memory.
struct Armv8State {
  Armv8Words keys[2];  // inner, outer
  Armv8Words t;
};

}  // namespace hermetic::kdf
