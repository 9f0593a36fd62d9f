// SHA-256 with the SHA extensions of x86-64, which advance one message by two rounds. Other streams
// fill the latency of each. A register holds four words, the lowest first in memory.
#pragma once

#include <immintrin.h>

#include <cstddef>
#include <cstdint>
#include <utility>

#include "native/kdf/kernel.h"
#include "native/kdf/kernels/lanes.h"
#include "native/kdf/kernels/sha2_constants.h"
#include "native/kdf/kernels/vector.h"

namespace hermetic::kdf {

template <size_t kLanes>
struct alignas(64) Sha256NiLanes {
  using Word = uint32_t;
  static constexpr size_t kNumLanes = kLanes;

  // Key is HMAC's inner or outer state in the form of SHA256RNDS2.
  struct Key {
    Word feba[kLanes][4];
    Word hgdc[kLanes][4];
  };

  Key keys[2];  // inner, outer
  Word u[kLanes][8];
  Word t[kLanes][8];
  Word block[kLanes][4][4];  // the part of the message schedule that is not in registers
  // For truncated digests: the replacement for the rest of words 4 to 7, and the words 12 to 15.
  Word keep[4];
  Word pad[4];
  Word last[4];
};

template <size_t kLanes>
void Pack(const Shape& shape, const Stream* const* streams, size_t num_streams,
          Sha256NiLanes<kLanes>* lanes) {
  constexpr size_t kFeba[4] = {5, 4, 1, 0};
  constexpr size_t kHgdc[4] = {7, 6, 3, 2};
  const Tail<uint32_t> tail(shape);
  for (size_t lane = 0; lane < kLanes; ++lane) {
    const Stream& stream = *streams[lane < num_streams ? lane : 0];
    for (size_t i = 0; i < 8; ++i) {
      lanes->u[lane][i] = static_cast<uint32_t>(stream.u[i]) | tail.pad[i];
      lanes->t[lane][i] = static_cast<uint32_t>(stream.t[i]);
    }
    for (size_t i = 0; i < 4; ++i) {
      lanes->keys[0].feba[lane][i] = static_cast<uint32_t>(stream.inner[kFeba[i]]);
      lanes->keys[0].hgdc[lane][i] = static_cast<uint32_t>(stream.inner[kHgdc[i]]);
      lanes->keys[1].feba[lane][i] = static_cast<uint32_t>(stream.outer[kFeba[i]]);
      lanes->keys[1].hgdc[lane][i] = static_cast<uint32_t>(stream.outer[kHgdc[i]]);
    }
  }
  for (size_t i = 0; i < 4; ++i) {
    lanes->keep[i] = tail.keep[4 + i];
    lanes->pad[i] = tail.pad[4 + i];
    lanes->last[i] = i < 3 ? 0 : static_cast<uint32_t>(shape.NumBits());
  }
}

template <size_t kLanes>
void Unpack(const Shape& shape, const Sha256NiLanes<kLanes>& lanes, Stream* const* streams,
            size_t num_streams) {
  const Tail<uint32_t> tail(shape);
  for (size_t lane = 0; lane < num_streams; ++lane) {
    for (size_t i = 0; i < 8; ++i) {
      streams[lane]->u[i] = lanes.u[lane][i] & tail.keep[i];
      streams[lane]->t[i] = lanes.t[lane][i] & tail.keep[i];
    }
  }
}

// Sha256NiRounds is one message block per lane. A group is four rounds and their four words.
template <size_t kLanes, bool kIsTruncated>
class Sha256NiRounds {
 public:
  using Lanes = Sha256NiLanes<kLanes>;

  HERMETIC_KERNEL_INLINE void Load(const Lanes& lanes) {
    for (size_t lane = 0; lane < kLanes; ++lane) {
      w_[lane][0] = Load4(lanes.u[lane]);
      w_[lane][1] = Load4(lanes.u[lane] + 4);
    }
  }

  HERMETIC_KERNEL_INLINE void Compress(const Lanes& lanes, const typename Lanes::Key& key) {
    for (size_t lane = 0; lane < kLanes; ++lane) {
      feba_[lane] = Load4(key.feba[lane]);
      hgdc_[lane] = Load4(key.hgdc[lane]);
    }
    RunGroups(lanes, std::make_index_sequence<16>());
    for (size_t lane = 0; lane < kLanes; ++lane) Finish(lanes, key, lane);
  }

  HERMETIC_KERNEL_INLINE void Accumulate(Lanes* lanes) const {
    for (size_t lane = 0; lane < kLanes; ++lane) {
      uint32_t* t = lanes->t[lane];
      Store4(t, _mm_xor_si128(Load4(t), w_[lane][0]));
      Store4(t + 4, _mm_xor_si128(Load4(t + 4), w_[lane][1]));
    }
  }

  HERMETIC_KERNEL_INLINE void Store(Lanes* lanes) const {
    for (size_t lane = 0; lane < kLanes; ++lane) {
      Store4(lanes->u[lane], w_[lane][0]);
      Store4(lanes->u[lane] + 4, w_[lane][1]);
    }
  }

 private:
  using C = Sha2Constants<uint32_t>;
  static constexpr uint32_t kFirstFixed = kIsTruncated ? 0 : 0x80000000;    // word 8
  static constexpr uint32_t kLastFixed = kIsTruncated ? 0 : (64 + 32) * 8;  // word 15

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

  template <size_t... kGroups>
  HERMETIC_KERNEL_INLINE void RunGroups(const Lanes& lanes,
                                        std::index_sequence<kGroups...> /*groups*/) {
    (Group<kGroups>(lanes), ...);
  }

  template <size_t kGroup>
  HERMETIC_KERNEL_INLINE void Group(const Lanes& lanes) {
    __m128i sum[kLanes];
    for (size_t lane = 0; lane < kLanes; ++lane) {
      if constexpr (kGroup >= 4) Schedule<kGroup>(lanes, w_[lane]);
      sum[lane] = Addend<kGroup>(lanes, w_[lane]);
    }
    for (size_t lane = 0; lane < kLanes; ++lane) {
      hgdc_[lane] = _mm_sha256rnds2_epu32(hgdc_[lane], feba_[lane], sum[lane]);
    }
    for (size_t lane = 0; lane < kLanes; ++lane) {
      const __m128i upper = _mm_shuffle_epi32(sum[lane], 0x0e);
      feba_[lane] = _mm_sha256rnds2_epu32(feba_[lane], hgdc_[lane], upper);
    }
  }

  // K + W.
  template <size_t kGroup>
  HERMETIC_KERNEL_INLINE static __m128i Addend(const Lanes& lanes, const __m128i (&w)[4]) {
    constexpr const uint32_t* kK = C::kK + 4 * kGroup;
    if constexpr (kGroup == 2) return Make4(kK[0] + kFirstFixed, kK[1], kK[2], kK[3]);
    const __m128i k = Make4(kK[0], kK[1], kK[2], kK[3]);
    if constexpr (kGroup == 3 && kIsTruncated) return _mm_add_epi32(k, Load4(lanes.last));
    if constexpr (kGroup == 3) return Make4(kK[0], kK[1], kK[2], kK[3] + kLastFixed);
    return _mm_add_epi32(w[kGroup % 4], k);
  }

  // Computes the group's words from the four groups before it; groups 2 and 3 are constant.
  template <size_t kGroup>
  HERMETIC_KERNEL_INLINE static void Schedule(const Lanes& lanes, __m128i (&w)[4]) {
    const __m128i group2 = Make4(kFirstFixed, 0, 0, 0);
    const __m128i group3 = kIsTruncated ? Load4(lanes.last) : Make4(0, 0, 0, kLastFixed);
    const __m128i oldest = kGroup == 6 ? group2 : kGroup == 7 ? group3 : w[kGroup % 4];
    const __m128i second = kGroup == 5 ? group2 : kGroup == 6 ? group3 : w[(kGroup + 1) % 4];
    const __m128i third = kGroup == 4 ? group2 : kGroup == 5 ? group3 : w[(kGroup + 2) % 4];
    const __m128i youngest = kGroup == 4 ? group3 : w[(kGroup + 3) % 4];
    __m128i sum = oldest;
    // Omitted if the words that the step would add (9 to 12, 9 to 14) are zero.
    if constexpr (kGroup != 6) sum = _mm_sha256msg1_epu32(oldest, second);
    if constexpr (kGroup != 4) sum = _mm_add_epi32(sum, _mm_alignr_epi8(youngest, third, 4));
    w[kGroup % 4] = _mm_sha256msg2_epu32(sum, youngest);
  }

  HERMETIC_KERNEL_INLINE void Finish(const Lanes& lanes, const typename Lanes::Key& key,
                                     size_t lane) {
    const __m128 feba = _mm_castsi128_ps(_mm_add_epi32(feba_[lane], Load4(key.feba[lane])));
    const __m128 hgdc = _mm_castsi128_ps(_mm_add_epi32(hgdc_[lane], Load4(key.hgdc[lane])));
    w_[lane][0] = _mm_castps_si128(_mm_shuffle_ps(feba, hgdc, 0xbb));
    w_[lane][1] = _mm_castps_si128(_mm_shuffle_ps(feba, hgdc, 0x11));
    if constexpr (kIsTruncated) {
      w_[lane][1] = _mm_or_si128(_mm_and_si128(w_[lane][1], Load4(lanes.keep)), Load4(lanes.pad));
    }
  }

  __m128i feba_[kLanes];
  __m128i hgdc_[kLanes];
  __m128i w_[kLanes][4];
};

}  // namespace hermetic::kdf
