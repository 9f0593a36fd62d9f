// SHA-256 with the SHA extensions for four streams. Sixteen registers cannot hold four states and
// four message schedules, and compilers spill registers in a way that puts memory accesses between
// one round and the next. Here the states stay in registers and the schedules in memory, where
// latency does not matter: a word is read eight rounds after it was written.
#pragma once

#include <immintrin.h>

#include <cstddef>
#include <cstdint>
#include <utility>

#include "native/kdf/kernels/sha256_ni.h"
#include "native/kdf/kernels/sha2_constants.h"
#include "native/kdf/kernels/vector.h"

namespace hermetic::kdf {

// Sha256NiWideRounds is Sha256NiRounds for digests that are not truncated, with the message block
// of each lane in Lanes::block.
template <size_t kLanes>
class Sha256NiWideRounds {
 public:
  using Lanes = Sha256NiLanes<kLanes>;

  HERMETIC_KERNEL_INLINE void Load(Lanes& lanes) {
    for (size_t lane = 0; lane < kLanes; ++lane) {
      for (size_t i = 0; i < 2; ++i) {
        Store4(lanes.block[lane][i], Load4(lanes.u[lane] + 4 * i));
      }
    }
  }

  HERMETIC_KERNEL_INLINE void Compress(Lanes& lanes, const typename Lanes::Key& key) {
    for (size_t lane = 0; lane < kLanes; ++lane) {
      feba_[lane] = Load4(key.feba[lane]);
      hgdc_[lane] = Load4(key.hgdc[lane]);
      youngest_[lane] = Make4(0, 0, 0, kLastFixed);  // group 3
    }
    RunGroups(lanes, std::make_index_sequence<16>());
    for (size_t lane = 0; lane < kLanes; ++lane) Finish(lanes, key, lane);
  }

  HERMETIC_KERNEL_INLINE void Accumulate(Lanes* lanes) const {
    for (size_t lane = 0; lane < kLanes; ++lane) {
      for (size_t i = 0; i < 2; ++i) {
        uint32_t* t = lanes->t[lane] + 4 * i;
        Store4(t, _mm_xor_si128(Load4(t), Load4(lanes->block[lane][i])));
      }
    }
  }

  HERMETIC_KERNEL_INLINE void Store(Lanes* lanes) const {
    for (size_t lane = 0; lane < kLanes; ++lane) {
      for (size_t i = 0; i < 2; ++i) {
        Store4(lanes->u[lane] + 4 * i, Load4(lanes->block[lane][i]));
      }
    }
  }

 private:
  using C = Sha2Constants<uint32_t>;
  static constexpr uint32_t kFirstFixed = 0x80000000;    // word 8
  static constexpr uint32_t kLastFixed = (64 + 32) * 8;  // word 15

  HERMETIC_KERNEL_INLINE static __m128i Load4(const uint32_t* source) {
    return _mm_load_si128(reinterpret_cast<const __m128i*>(source));
  }
  HERMETIC_KERNEL_INLINE static void Store4(uint32_t* target, __m128i x) {
    _mm_store_si128(reinterpret_cast<__m128i*>(target), x);
  }
  HERMETIC_KERNEL_INLINE static __m128i Make4(uint32_t w0, uint32_t w1, uint32_t w2, uint32_t w3) {
    return _mm_set_epi32(static_cast<int>(w3), static_cast<int>(w2), static_cast<int>(w1),
                         static_cast<int>(w0));
  }

  // Fence makes the compiler forget loaded and stored values, and keeps it from mixing the code
  // before and after it.
  HERMETIC_KERNEL_INLINE void Fence() {
#if defined(__GNUC__)
    for (size_t lane = 0; lane < kLanes; ++lane) {
      asm volatile("" : "+x"(feba_[lane]), "+x"(hgdc_[lane]), "+x"(youngest_[lane]) : : "memory");
    }
#endif
  }

  template <size_t... kGroups>
  HERMETIC_KERNEL_INLINE void RunGroups(Lanes& lanes, std::index_sequence<kGroups...> /*groups*/) {
    (Group<kGroups>(lanes), ...);
  }

  template <size_t kGroup>
  HERMETIC_KERNEL_INLINE void Group(Lanes& lanes) {
    for (size_t lane = 0; lane < kLanes; ++lane) {
      const __m128i sum = Addend<kGroup>(lanes.block[lane], youngest_[lane]);
      hgdc_[lane] = _mm_sha256rnds2_epu32(hgdc_[lane], feba_[lane], sum);
      feba_[lane] = _mm_sha256rnds2_epu32(feba_[lane], hgdc_[lane], _mm_shuffle_epi32(sum, 0x0e));
      Fence();
    }
  }

  // K + W. The words come from the four groups before; groups 2 and 3 are constant.
  template <size_t kGroup>
  HERMETIC_KERNEL_INLINE static __m128i Addend(uint32_t (&w)[4][4], __m128i& youngest) {
    constexpr const uint32_t* kK = C::kK + 4 * kGroup;
    const __m128i k = Make4(kK[0], kK[1], kK[2], kK[3]);
    if constexpr (kGroup < 2) return _mm_add_epi32(k, Load4(w[kGroup]));
    if constexpr (kGroup == 2) return Make4(kK[0] + kFirstFixed, kK[1], kK[2], kK[3]);
    if constexpr (kGroup == 3) return Make4(kK[0], kK[1], kK[2], kK[3] + kLastFixed);
    youngest = Schedule<kGroup>(w, youngest);
    // The words of the last two groups are not read again.
    if constexpr (kGroup < 14) Store4(w[kGroup % 4], youngest);
    return _mm_add_epi32(k, youngest);
  }

  template <size_t kGroup>
  HERMETIC_KERNEL_INLINE static __m128i Schedule(const uint32_t (&w)[4][4], __m128i youngest) {
    const __m128i group2 = Make4(kFirstFixed, 0, 0, 0);
    const __m128i group3 = Make4(0, 0, 0, kLastFixed);
    const __m128i oldest = kGroup == 6 ? group2 : kGroup == 7 ? group3 : Load4(w[kGroup % 4]);
    const __m128i second = kGroup == 5 ? group2 : kGroup == 6 ? group3 : Load4(w[(kGroup + 1) % 4]);
    const __m128i third = kGroup == 4 ? group2 : kGroup == 5 ? group3 : Load4(w[(kGroup + 2) % 4]);
    __m128i sum = oldest;
    // Omitted if the words that the step would add (9 to 12, 9 to 14) are zero.
    if constexpr (kGroup != 6) sum = _mm_sha256msg1_epu32(oldest, second);
    if constexpr (kGroup != 4) sum = _mm_add_epi32(sum, _mm_alignr_epi8(youngest, third, 4));
    return _mm_sha256msg2_epu32(sum, youngest);
  }

  HERMETIC_KERNEL_INLINE void Finish(Lanes& lanes, const typename Lanes::Key& key, size_t lane) {
    const __m128 feba = _mm_castsi128_ps(_mm_add_epi32(feba_[lane], Load4(key.feba[lane])));
    const __m128 hgdc = _mm_castsi128_ps(_mm_add_epi32(hgdc_[lane], Load4(key.hgdc[lane])));
    Store4(lanes.block[lane][0], _mm_castps_si128(_mm_shuffle_ps(feba, hgdc, 0xbb)));
    Store4(lanes.block[lane][1], _mm_castps_si128(_mm_shuffle_ps(feba, hgdc, 0x11)));
  }

  __m128i feba_[kLanes];
  __m128i hgdc_[kLanes];
  __m128i youngest_[kLanes];  // the words of the group before
};

}  // namespace hermetic::kdf
