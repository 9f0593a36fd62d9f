// Vector traits of AVX2, which has neither rotations nor functions of three operands.
#pragma once

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#include "native/kdf/kernels/vector.h"

namespace hermetic::kdf {

// Avx2Words is what both widths of words share.
template <typename LaneWord>
struct Avx2Words {
  using Word = LaneWord;
  using Register = __m256i;
  static constexpr size_t kNumLanes = sizeof(Register) / sizeof(Word);

  HERMETIC_KERNEL_INLINE static Register Load(const Word* source) {
    return _mm256_load_si256(reinterpret_cast<const Register*>(source));
  }
  HERMETIC_KERNEL_INLINE static void Store(Word* target, Register x) {
    _mm256_store_si256(reinterpret_cast<Register*>(target), x);
  }
  HERMETIC_KERNEL_INLINE static Register Xor(Register x, Register y) {
    return _mm256_xor_si256(x, y);
  }
  HERMETIC_KERNEL_INLINE static Register Xor3(Register x, Register y, Register z) {
    return Xor(Xor(x, y), z);
  }
  HERMETIC_KERNEL_INLINE static Register Choose(Register x, Register y, Register z) {
    return Xor(z, _mm256_and_si256(x, Xor(y, z)));
  }
  // In this form one of the two sums is reused as the next round's other sum.
  HERMETIC_KERNEL_INLINE static Register Majority(Register x, Register y, Register z) {
    return Xor(y, _mm256_and_si256(Xor(x, y), Xor(y, z)));
  }
  HERMETIC_KERNEL_INLINE static Register Patch(Register x, Register keep, Register pad) {
    return _mm256_or_si256(_mm256_and_si256(x, keep), pad);
  }
};

// Avx2Words32 is 8 lanes of 32 bits.
struct Avx2Words32 : Avx2Words<uint32_t> {
  HERMETIC_KERNEL_INLINE static Register Broadcast(Word word) {
    return _mm256_set1_epi32(static_cast<int>(word));
  }
  HERMETIC_KERNEL_INLINE static Register Add(Register x, Register y) {
    return _mm256_add_epi32(x, y);
  }
  template <int kBits>
  HERMETIC_KERNEL_INLINE static Register RotateRight(Register x) {
    return _mm256_or_si256(_mm256_srli_epi32(x, kBits), _mm256_slli_epi32(x, 32 - kBits));
  }
  template <int kBits>
  HERMETIC_KERNEL_INLINE static Register ShiftRight(Register x) {
    return _mm256_srli_epi32(x, kBits);
  }
};

// Avx2Words64 is 4 lanes of 64 bits.
struct Avx2Words64 : Avx2Words<uint64_t> {
  HERMETIC_KERNEL_INLINE static Register Broadcast(Word word) {
    return _mm256_set1_epi64x(static_cast<long long>(word));
  }
  HERMETIC_KERNEL_INLINE static Register Add(Register x, Register y) {
    return _mm256_add_epi64(x, y);
  }
  template <int kBits>
  HERMETIC_KERNEL_INLINE static Register RotateRight(Register x) {
    if constexpr (kBits == 8) return _mm256_shuffle_epi8(x, BytesRotatedBy8());
    return _mm256_or_si256(_mm256_srli_epi64(x, kBits), _mm256_slli_epi64(x, 64 - kBits));
  }
  template <int kBits>
  HERMETIC_KERNEL_INLINE static Register ShiftRight(Register x) {
    return _mm256_srli_epi64(x, kBits);
  }

 private:
  HERMETIC_KERNEL_INLINE static Register BytesRotatedBy8() {
    return _mm256_set_epi8(8, 15, 14, 13, 12, 11, 10, 9, 0, 7, 6, 5, 4, 3, 2, 1, 8, 15, 14, 13, 12,
                           11, 10, 9, 0, 7, 6, 5, 4, 3, 2, 1);
  }
};

}  // namespace hermetic::kdf
