// Vector traits of AVX-512 (F, and VL for registers of less than 512 bits): a rotation and any
// function of three operands are one instruction each.
#pragma once

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#include "native/kdf/kernels/vector.h"
#include "native/kdf/kernels/vector_256.h"

namespace hermetic::kdf {

// Truth tables for ternarylogic: bit 4x + 2y + z.
inline constexpr int kXor3 = 0x96;
inline constexpr int kChoose = 0xca;  // x ? y : z
inline constexpr int kMajority = 0xe8;
inline constexpr int kPatch = 0xea;  // (x & y) | z

// TernaryLogic has the functions of three operands, each one instruction of `Vector`.
template <typename Vector, typename Register>
struct TernaryLogic {
  HERMETIC_KERNEL_INLINE static Register Xor3(Register x, Register y, Register z) {
    return Vector::template Ternary<kXor3>(x, y, z);
  }
  HERMETIC_KERNEL_INLINE static Register Choose(Register x, Register y, Register z) {
    return Vector::template Ternary<kChoose>(x, y, z);
  }
  HERMETIC_KERNEL_INLINE static Register Majority(Register x, Register y, Register z) {
    return Vector::template Ternary<kMajority>(x, y, z);
  }
  HERMETIC_KERNEL_INLINE static Register Patch(Register x, Register keep, Register pad) {
    return Vector::template Ternary<kPatch>(x, keep, pad);
  }
};

// Zmm32 is 16 lanes of 32 bits.
struct Zmm32 : TernaryLogic<Zmm32, __m512i> {
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
  template <int kTable>
  HERMETIC_KERNEL_INLINE static Register Ternary(Register x, Register y, Register z) {
    return _mm512_ternarylogic_epi32(x, y, z, kTable);
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
struct Zmm64 : TernaryLogic<Zmm64, __m512i> {
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
  template <int kTable>
  HERMETIC_KERNEL_INLINE static Register Ternary(Register x, Register y, Register z) {
    return _mm512_ternarylogic_epi64(x, y, z, kTable);
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
struct Ymm32 : Vector256<uint32_t>, TernaryLogic<Ymm32, __m256i> {
  HERMETIC_KERNEL_INLINE static Register Broadcast(Word word) {
    return _mm256_set1_epi32(static_cast<int>(word));
  }
  HERMETIC_KERNEL_INLINE static Register Add(Register x, Register y) {
    return _mm256_add_epi32(x, y);
  }
  template <int kTable>
  HERMETIC_KERNEL_INLINE static Register Ternary(Register x, Register y, Register z) {
    return _mm256_ternarylogic_epi32(x, y, z, kTable);
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
struct Ymm64 : Vector256<uint64_t>, TernaryLogic<Ymm64, __m256i> {
  HERMETIC_KERNEL_INLINE static Register Broadcast(Word word) {
    return _mm256_set1_epi64x(static_cast<long long>(word));
  }
  HERMETIC_KERNEL_INLINE static Register Add(Register x, Register y) {
    return _mm256_add_epi64(x, y);
  }
  template <int kTable>
  HERMETIC_KERNEL_INLINE static Register Ternary(Register x, Register y, Register z) {
    return _mm256_ternarylogic_epi64(x, y, z, kTable);
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
struct Xmm64 : TernaryLogic<Xmm64, __m128i> {
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
  template <int kTable>
  HERMETIC_KERNEL_INLINE static Register Ternary(Register x, Register y, Register z) {
    return _mm_ternarylogic_epi64(x, y, z, kTable);
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
