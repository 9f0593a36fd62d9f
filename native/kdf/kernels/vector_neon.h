// Vector traits of NEON, which every arm64 processor has.
#pragma once

#include <arm_neon.h>

#include <cstddef>
#include <cstdint>

#include "native/kdf/kernels/vector.h"

namespace hermetic::kdf {

// NeonWords32 is 4 lanes of 32 bits.
struct NeonWords32 {
  using Word = uint32_t;
  using Register = uint32x4_t;
  static constexpr size_t kNumLanes = 4;

  HERMETIC_KERNEL_INLINE static Register Load(const Word* source) { return vld1q_u32(source); }
  HERMETIC_KERNEL_INLINE static void Store(Word* target, Register x) { vst1q_u32(target, x); }
  HERMETIC_KERNEL_INLINE static Register Broadcast(Word word) { return vdupq_n_u32(word); }
  HERMETIC_KERNEL_INLINE static Register Add(Register x, Register y) { return vaddq_u32(x, y); }
  HERMETIC_KERNEL_INLINE static Register Xor(Register x, Register y) { return veorq_u32(x, y); }
  HERMETIC_KERNEL_INLINE static Register Xor3(Register x, Register y, Register z) {
    return Xor(Xor(x, y), z);
  }
  HERMETIC_KERNEL_INLINE static Register Choose(Register x, Register y, Register z) {
    return vbslq_u32(x, y, z);
  }
  // If x and y differ, z decides.
  HERMETIC_KERNEL_INLINE static Register Majority(Register x, Register y, Register z) {
    return vbslq_u32(Xor(x, y), z, y);
  }
  HERMETIC_KERNEL_INLINE static Register Patch(Register x, Register keep, Register pad) {
    return vbslq_u32(keep, x, pad);
  }
  // A shift, and a shift that inserts.
  template <int kBits>
  HERMETIC_KERNEL_INLINE static Register RotateRight(Register x) {
    return vsriq_n_u32(vshlq_n_u32(x, 32 - kBits), x, kBits);
  }
  template <int kBits>
  HERMETIC_KERNEL_INLINE static Register ShiftRight(Register x) {
    return vshrq_n_u32(x, kBits);
  }
};

// NeonWords64 is 2 lanes of 64 bits.
struct NeonWords64 {
  using Word = uint64_t;
  using Register = uint64x2_t;
  static constexpr size_t kNumLanes = 2;

  HERMETIC_KERNEL_INLINE static Register Load(const Word* source) { return vld1q_u64(source); }
  HERMETIC_KERNEL_INLINE static void Store(Word* target, Register x) { vst1q_u64(target, x); }
  HERMETIC_KERNEL_INLINE static Register Broadcast(Word word) { return vdupq_n_u64(word); }
  HERMETIC_KERNEL_INLINE static Register Add(Register x, Register y) { return vaddq_u64(x, y); }
  HERMETIC_KERNEL_INLINE static Register Xor(Register x, Register y) { return veorq_u64(x, y); }
  HERMETIC_KERNEL_INLINE static Register Xor3(Register x, Register y, Register z) {
    return Xor(Xor(x, y), z);
  }
  HERMETIC_KERNEL_INLINE static Register Choose(Register x, Register y, Register z) {
    return vbslq_u64(x, y, z);
  }
  // If x and y differ, z decides.
  HERMETIC_KERNEL_INLINE static Register Majority(Register x, Register y, Register z) {
    return vbslq_u64(Xor(x, y), z, y);
  }
  HERMETIC_KERNEL_INLINE static Register Patch(Register x, Register keep, Register pad) {
    return vbslq_u64(keep, x, pad);
  }
  // A shift, and a shift that inserts.
  template <int kBits>
  HERMETIC_KERNEL_INLINE static Register RotateRight(Register x) {
    return vsriq_n_u64(vshlq_n_u64(x, 64 - kBits), x, kBits);
  }
  template <int kBits>
  HERMETIC_KERNEL_INLINE static Register ShiftRight(Register x) {
    return vshrq_n_u64(x, kBits);
  }
};

}  // namespace hermetic::kdf
