// SHA-1 with the SHA extensions of x86-64, which advance one message by four rounds. Other streams
// fill the latency of each. A register holds four words, the highest first in memory.
#pragma once

#include <immintrin.h>

#include <cstddef>
#include <cstdint>
#include <utility>

#include "native/kdf/kernel.h"
#include "native/kdf/kernels/lanes.h"
#include "native/kdf/kernels/sha1_lanes.h"
#include "native/kdf/kernels/vector.h"

namespace hermetic::kdf {

template <size_t kLanes>
struct alignas(64) Sha1NiLanes {
  using Word = uint32_t;
  static constexpr size_t kNumLanes = kLanes;

  // Key is HMAC's inner or outer state in the form of SHA1RNDS4: e is the first of four words.
  struct Key {
    Word dcba[kLanes][4];
    Word e_alone[kLanes][4];
    Word e_padded[kLanes][4];  // with the padding after e in the next message block
  };

  Key keys[2];           // inner, outer
  Word u[kLanes][2][4];  // the words 3 to 0 and 7 to 4 of the message block
  Word t[kLanes][2][4];
};

template <size_t kLanes>
void Pack(const Shape& /*shape*/, const Stream* const* streams, size_t num_streams,
          Sha1NiLanes<kLanes>* lanes) {
  for (size_t lane = 0; lane < kLanes; ++lane) {
    const Stream& stream = *streams[lane < num_streams ? lane : 0];
    for (size_t i = 0; i < 4; ++i) {
      const uint32_t padding = i == 2 ? Sha1Padding(5) : 0;
      // Four words, then the fifth at the highest place.
      const auto place = [i](const uint64_t(&words)[8], uint32_t* first, uint32_t* second) {
        first[i] = static_cast<uint32_t>(words[3 - i]);
        second[i] = i == 3 ? static_cast<uint32_t>(words[4]) : 0;
      };
      place(stream.u, lanes->u[lane][0], lanes->u[lane][1]);
      place(stream.t, lanes->t[lane][0], lanes->t[lane][1]);
      place(stream.inner, lanes->keys[0].dcba[lane], lanes->keys[0].e_alone[lane]);
      place(stream.outer, lanes->keys[1].dcba[lane], lanes->keys[1].e_alone[lane]);
      lanes->u[lane][1][i] |= padding;
      lanes->keys[0].e_padded[lane][i] = lanes->keys[0].e_alone[lane][i] | padding;
      lanes->keys[1].e_padded[lane][i] = lanes->keys[1].e_alone[lane][i] | padding;
    }
  }
}

template <size_t kLanes>
void Unpack(const Shape& /*shape*/, const Sha1NiLanes<kLanes>& lanes, Stream* const* streams,
            size_t num_streams) {
  for (size_t lane = 0; lane < num_streams; ++lane) {
    for (size_t i = 0; i < 5; ++i) {
      streams[lane]->u[i] = lanes.u[lane][i / 4][3 - i % 4];
      streams[lane]->t[i] = lanes.t[lane][i / 4][3 - i % 4];
    }
  }
}

// Sha1NiRounds is one message block per lane. A group is four rounds and their four words.
template <size_t kLanes>
class Sha1NiRounds {
 public:
  using Lanes = Sha1NiLanes<kLanes>;

  HERMETIC_KERNEL_INLINE void Load(const Lanes& lanes) {
    for (size_t lane = 0; lane < kLanes; ++lane) {
      w_[lane][0] = Load4(lanes.u[lane][0]);
      w_[lane][1] = Load4(lanes.u[lane][1]);
    }
  }

  HERMETIC_KERNEL_INLINE void Compress(const Lanes& /*lanes*/, const typename Lanes::Key& key) {
    for (size_t lane = 0; lane < kLanes; ++lane) dcba_[lane] = Load4(key.dcba[lane]);
    RunGroups(key, std::make_index_sequence<20>());
    for (size_t lane = 0; lane < kLanes; ++lane) {
      w_[lane][0] = _mm_add_epi32(dcba_[lane], Load4(key.dcba[lane]));
      w_[lane][1] = _mm_sha1nexte_epu32(before_[lane], Load4(key.e_padded[lane]));
    }
  }

  HERMETIC_KERNEL_INLINE void Accumulate(Lanes* lanes) const {
    for (size_t lane = 0; lane < kLanes; ++lane) {
      for (size_t i = 0; i < 2; ++i) {
        Store4(lanes->t[lane][i], _mm_xor_si128(Load4(lanes->t[lane][i]), w_[lane][i]));
      }
    }
  }

  HERMETIC_KERNEL_INLINE void Store(Lanes* lanes) const {
    for (size_t lane = 0; lane < kLanes; ++lane) {
      Store4(lanes->u[lane][0], w_[lane][0]);
      Store4(lanes->u[lane][1], w_[lane][1]);
    }
  }

 private:
  HERMETIC_KERNEL_INLINE static __m128i Load4(const uint32_t* source) {
    return _mm_load_si128(reinterpret_cast<const __m128i*>(source));
  }
  HERMETIC_KERNEL_INLINE static void Store4(uint32_t* target, __m128i x) {
    _mm_store_si128(reinterpret_cast<__m128i*>(target), x);
  }

  template <size_t... kGroups>
  HERMETIC_KERNEL_INLINE void RunGroups(const typename Lanes::Key& key,
                                        std::index_sequence<kGroups...> /*groups*/) {
    (Group<kGroups>(key), ...);
  }

  template <size_t kGroup>
  HERMETIC_KERNEL_INLINE void Group(const typename Lanes::Key& key) {
    for (size_t lane = 0; lane < kLanes; ++lane) {
      if constexpr (kGroup >= 2) w_[lane][kGroup % 4] = Words<kGroup>(w_[lane]);
    }
    for (size_t lane = 0; lane < kLanes; ++lane) {
      const __m128i e = kGroup == 0 ? _mm_add_epi32(Load4(key.e_alone[lane]), w_[lane][0])
                                    : _mm_sha1nexte_epu32(before_[lane], w_[lane][kGroup % 4]);
      before_[lane] = dcba_[lane];
      dcba_[lane] = _mm_sha1rnds4_epu32(dcba_[lane], e, static_cast<int>(kGroup / 5));
    }
  }

  // Returns the group's words: padding in groups 2 and 3, then words from the four groups before
  // it.
  template <size_t kGroup>
  HERMETIC_KERNEL_INLINE static __m128i Words(const __m128i (&w)[4]) {
    const __m128i zero = _mm_setzero_si128();
    const __m128i last = _mm_set_epi32(0, 0, 0, static_cast<int>(Sha1Padding(15)));
    if constexpr (kGroup == 2) return zero;
    if constexpr (kGroup == 3) return last;
    if constexpr (kGroup == 6) return _mm_sha1msg2_epu32(w[0], w[1]);
    const __m128i second = kGroup == 5 ? zero : w[(kGroup + 1) % 4];
    const __m128i third = kGroup == 5 ? last : w[(kGroup + 2) % 4];
    const __m128i youngest = kGroup == 4 ? last : w[(kGroup + 3) % 4];
    __m128i sum = _mm_sha1msg1_epu32(w[kGroup % 4], second);
    if constexpr (kGroup != 4) sum = _mm_xor_si128(sum, third);
    return _mm_sha1msg2_epu32(sum, youngest);
  }

  __m128i dcba_[kLanes];
  __m128i before_[kLanes];  // dcba_ of the group before, which holds this one's e
  __m128i w_[kLanes][4];
};

}  // namespace hermetic::kdf
