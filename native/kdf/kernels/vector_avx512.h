// Vector traits of AVX-512 (F, and VL for registers of less than 512 bits): a rotation and any
// function of three operands are one instruction each.
#pragma once

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#include "native/kdf/kernels/vector.h"

namespace hermetic::kdf {

// Truth tables for ternarylogic: bit 4x + 2y + z.
inline constexpr int kXor3 = 0x96;
inline constexpr int kChoose = 0xca;  // x ? y : z
inline constexpr int kMajority = 0xe8;
inline constexpr int kPatch = 0xea;  // (x & y) | z

// Zmm32 is 16 lanes of 32 bits.
struct Zmm32 {
  using Word = uint32_t;
  using Register = __m512i;
  static constexpr size_t kNumLanes = 16;

  HERMETIC_KERNEL_INLINE static Register Load(const Word* source) {
    return _mm512_load_si512(source);
  }
  HERMETIC_KERNEL_INLINE static void Store(Word* target, Register x) {
    _mm512_store_si512(target, x);
  }
  HERMETIC_KERNEL_INLINE static Register Broadcast(Word word) {
    return _mm512_set1_epi32(static_cast<int>(word));
  }
  HERMETIC_KERNEL_INLINE static Register Add(Register x, Register y) {
    return _mm512_add_epi32(x, y);
  }
  HERMETIC_KERNEL_INLINE static Register Xor(Register x, Register y) {
    return _mm512_xor_si512(x, y);
  }
  HERMETIC_KERNEL_INLINE static Register Xor3(Register x, Register y, Register z) {
    return _mm512_ternarylogic_epi32(x, y, z, kXor3);
  }
  HERMETIC_KERNEL_INLINE static Register Choose(Register x, Register y, Register z) {
    return _mm512_ternarylogic_epi32(x, y, z, kChoose);
  }
  HERMETIC_KERNEL_INLINE static Register Majority(Register x, Register y, Register z) {
    return _mm512_ternarylogic_epi32(x, y, z, kMajority);
  }
  HERMETIC_KERNEL_INLINE static Register Patch(Register x, Register keep, Register pad) {
    return _mm512_ternarylogic_epi32(x, keep, pad, kPatch);
  }
  template <int kBits>
  HERMETIC_KERNEL_INLINE static Register RotateRight(Register x) {
    return _mm512_ror_epi32(x, kBits);
  }
  template <int kBits>
  HERMETIC_KERNEL_INLINE static Register ShiftRight(Register x) {
    return _mm512_srli_epi32(x, kBits);
  }
};

// Zmm64 is 8 lanes of 64 bits.
struct Zmm64 {
  using Word = uint64_t;
  using Register = __m512i;
  static constexpr size_t kNumLanes = 8;

  HERMETIC_KERNEL_INLINE static Register Load(const Word* source) {
    return _mm512_load_si512(source);
  }
  HERMETIC_KERNEL_INLINE static void Store(Word* target, Register x) {
    _mm512_store_si512(target, x);
  }
  HERMETIC_KERNEL_INLINE static Register Broadcast(Word word) {
    return _mm512_set1_epi64(static_cast<long long>(word));
  }
  HERMETIC_KERNEL_INLINE static Register Add(Register x, Register y) {
    return _mm512_add_epi64(x, y);
  }
  HERMETIC_KERNEL_INLINE static Register Xor(Register x, Register y) {
    return _mm512_xor_si512(x, y);
  }
  HERMETIC_KERNEL_INLINE static Register Xor3(Register x, Register y, Register z) {
    return _mm512_ternarylogic_epi64(x, y, z, kXor3);
  }
  HERMETIC_KERNEL_INLINE static Register Choose(Register x, Register y, Register z) {
    return _mm512_ternarylogic_epi64(x, y, z, kChoose);
  }
  HERMETIC_KERNEL_INLINE static Register Majority(Register x, Register y, Register z) {
    return _mm512_ternarylogic_epi64(x, y, z, kMajority);
  }
  HERMETIC_KERNEL_INLINE static Register Patch(Register x, Register keep, Register pad) {
    return _mm512_ternarylogic_epi64(x, keep, pad, kPatch);
  }
  template <int kBits>
  HERMETIC_KERNEL_INLINE static Register RotateRight(Register x) {
    return _mm512_ror_epi64(x, kBits);
  }
  template <int kBits>
  HERMETIC_KERNEL_INLINE static Register ShiftRight(Register x) {
    return _mm512_srli_epi64(x, kBits);
  }
};

// Ymm32 is 8 lanes of 32 bits.
struct Ymm32 {
  using Word = uint32_t;
  using Register = __m256i;
  static constexpr size_t kNumLanes = 8;

  HERMETIC_KERNEL_INLINE static Register Load(const Word* source) {
    return _mm256_load_si256(reinterpret_cast<const Register*>(source));
  }
  HERMETIC_KERNEL_INLINE static void Store(Word* target, Register x) {
    _mm256_store_si256(reinterpret_cast<Register*>(target), x);
  }
  HERMETIC_KERNEL_INLINE static Register Broadcast(Word word) {
    return _mm256_set1_epi32(static_cast<int>(word));
  }
  HERMETIC_KERNEL_INLINE static Register Add(Register x, Register y) {
    return _mm256_add_epi32(x, y);
  }
  HERMETIC_KERNEL_INLINE static Register Xor(Register x, Register y) {
    return _mm256_xor_si256(x, y);
  }
  HERMETIC_KERNEL_INLINE static Register Xor3(Register x, Register y, Register z) {
    return _mm256_ternarylogic_epi32(x, y, z, kXor3);
  }
  HERMETIC_KERNEL_INLINE static Register Choose(Register x, Register y, Register z) {
    return _mm256_ternarylogic_epi32(x, y, z, kChoose);
  }
  HERMETIC_KERNEL_INLINE static Register Majority(Register x, Register y, Register z) {
    return _mm256_ternarylogic_epi32(x, y, z, kMajority);
  }
  HERMETIC_KERNEL_INLINE static Register Patch(Register x, Register keep, Register pad) {
    return _mm256_ternarylogic_epi32(x, keep, pad, kPatch);
  }
  template <int kBits>
  HERMETIC_KERNEL_INLINE static Register RotateRight(Register x) {
    return _mm256_ror_epi32(x, kBits);
  }
  template <int kBits>
  HERMETIC_KERNEL_INLINE static Register ShiftRight(Register x) {
    return _mm256_srli_epi32(x, kBits);
  }
};

// Ymm64 is 4 lanes of 64 bits.
struct Ymm64 {
  using Word = uint64_t;
  using Register = __m256i;
  static constexpr size_t kNumLanes = 4;

  HERMETIC_KERNEL_INLINE static Register Load(const Word* source) {
    return _mm256_load_si256(reinterpret_cast<const Register*>(source));
  }
  HERMETIC_KERNEL_INLINE static void Store(Word* target, Register x) {
    _mm256_store_si256(reinterpret_cast<Register*>(target), x);
  }
  HERMETIC_KERNEL_INLINE static Register Broadcast(Word word) {
    return _mm256_set1_epi64x(static_cast<long long>(word));
  }
  HERMETIC_KERNEL_INLINE static Register Add(Register x, Register y) {
    return _mm256_add_epi64(x, y);
  }
  HERMETIC_KERNEL_INLINE static Register Xor(Register x, Register y) {
    return _mm256_xor_si256(x, y);
  }
  HERMETIC_KERNEL_INLINE static Register Xor3(Register x, Register y, Register z) {
    return _mm256_ternarylogic_epi64(x, y, z, kXor3);
  }
  HERMETIC_KERNEL_INLINE static Register Choose(Register x, Register y, Register z) {
    return _mm256_ternarylogic_epi64(x, y, z, kChoose);
  }
  HERMETIC_KERNEL_INLINE static Register Majority(Register x, Register y, Register z) {
    return _mm256_ternarylogic_epi64(x, y, z, kMajority);
  }
  HERMETIC_KERNEL_INLINE static Register Patch(Register x, Register keep, Register pad) {
    return _mm256_ternarylogic_epi64(x, keep, pad, kPatch);
  }
  template <int kBits>
  HERMETIC_KERNEL_INLINE static Register RotateRight(Register x) {
    return _mm256_ror_epi64(x, kBits);
  }
  template <int kBits>
  HERMETIC_KERNEL_INLINE static Register ShiftRight(Register x) {
    return _mm256_srli_epi64(x, kBits);
  }
};

// Xmm64 is 2 lanes of 64 bits.
struct Xmm64 {
  using Word = uint64_t;
  using Register = __m128i;
  static constexpr size_t kNumLanes = 2;

  HERMETIC_KERNEL_INLINE static Register Load(const Word* source) {
    return _mm_load_si128(reinterpret_cast<const Register*>(source));
  }
  HERMETIC_KERNEL_INLINE static void Store(Word* target, Register x) {
    _mm_store_si128(reinterpret_cast<Register*>(target), x);
  }
  HERMETIC_KERNEL_INLINE static Register Broadcast(Word word) {
    return _mm_set1_epi64x(static_cast<long long>(word));
  }
  HERMETIC_KERNEL_INLINE static Register Add(Register x, Register y) { return _mm_add_epi64(x, y); }
  HERMETIC_KERNEL_INLINE static Register Xor(Register x, Register y) { return _mm_xor_si128(x, y); }
  HERMETIC_KERNEL_INLINE static Register Xor3(Register x, Register y, Register z) {
    return _mm_ternarylogic_epi64(x, y, z, kXor3);
  }
  HERMETIC_KERNEL_INLINE static Register Choose(Register x, Register y, Register z) {
    return _mm_ternarylogic_epi64(x, y, z, kChoose);
  }
  HERMETIC_KERNEL_INLINE static Register Majority(Register x, Register y, Register z) {
    return _mm_ternarylogic_epi64(x, y, z, kMajority);
  }
  HERMETIC_KERNEL_INLINE static Register Patch(Register x, Register keep, Register pad) {
    return _mm_ternarylogic_epi64(x, keep, pad, kPatch);
  }
  template <int kBits>
  HERMETIC_KERNEL_INLINE static Register RotateRight(Register x) {
    return _mm_ror_epi64(x, kBits);
  }
  template <int kBits>
  HERMETIC_KERNEL_INLINE static Register ShiftRight(Register x) {
    return _mm_srli_epi64(x, kBits);
  }
};

}  // namespace hermetic::kdf
