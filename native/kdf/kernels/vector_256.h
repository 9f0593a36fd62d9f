// What the vectors of 256 bits share, with AVX2 and with AVX-512.
#pragma once

#include <immintrin.h>

#include <cstddef>

#include "native/kdf/kernels/vector.h"

namespace hermetic::kdf {

template <typename LaneWord>
struct Vector256 {
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
};

}  // namespace hermetic::kdf
