// SHA-512, SHA-384 and SHA-512/t with arm64's SHA-512 instructions, which do two rounds at a time.
// Several streams are interleaved, because each waits for its own last result most of the time.
#pragma once

#include <arm_neon.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "native/kdf/kernel.h"
#include "native/kdf/kernels/armv8_target.h"
#include "native/kdf/kernels/lanes.h"
#include "native/kdf/kernels/sha2_constants.h"

namespace hermetic::kdf {

class Sha512Armv8 {
 public:
  // Run is a Kernel::run with as many lanes as the sequence has.
  template <bool kIsTruncated, size_t... kLane>
  HERMETIC_ARMV8_SHA512_INLINE static void Run(std::index_sequence<kLane...> /*lanes*/,
                                               const Shape& shape, Stream* const* streams,
                                               size_t num_streams, uint32_t num_iterations,
                                               void* scratch) {
    const Padding padding = MakePadding(shape);
    State* const states = static_cast<State*>(scratch);
    // Surplus lanes repeat the last stream and compute the same result.
    Stream* const owners[] = {streams[std::min(kLane, num_streams - 1)]...};
    Lane lanes[sizeof...(kLane)];
    (Load<kIsTruncated>(padding, *owners[kLane], lanes[kLane], states[kLane]), ...);
    for (; num_iterations > 0; --num_iterations) {
      for (size_t i = 0; i < 2; ++i) {
        HERMETIC_ARMV8_KEEP_LOOP(i);
        (Begin(states[kLane].keys[i], lanes[kLane]), ...);
        RunPairs<0>(padding, lanes[kLane]...);
        (End<kIsTruncated>(padding, states[kLane].keys[i], lanes[kLane]), ...);
      }
      (Accumulate(lanes[kLane], states[kLane]), ...);
    }
    (Store(padding, lanes[kLane], states[kLane], *owners[kLane]), ...);
  }

 private:
  static constexpr const uint64_t* kK = Sha2Constants<uint64_t>::kK;
  static constexpr size_t kNumPairs = Sha2Constants<uint64_t>::kNumRounds / 2;

  // Words holds the eight words of a Stream's array, two to a vector.
  struct Words {
    uint64x2_t pairs[4];
  };

  // State is the part of a stream that is not in registers. It lies in the scratch memory.
  struct State {
    Words keys[2];  // inner, outer
    Words t;
  };

  // Lane is a stream in progress.
  struct Lane {
    uint64x2_t state[4];  // a and b, ... g and h; RunPair says where
    uint64x2_t words[8];  // the newest words of the schedule; the first four begin as the digest
  };

  // Padding is the constant part of a message block.
  struct Padding {
    Words keep, pad;  // of W0..W7: where a truncated digest ends
    uint64x2_t w8, w14;
    uint64x2_t addend8, addend14;  // the same plus the constants of their rounds
  };

  HERMETIC_ARMV8_SHA512_INLINE static Padding MakePadding(const Shape& shape) {
    const Tail<uint64_t> tail(shape);
    const uint64x2_t zero = vdupq_n_u64(0);
    const uint64_t first = shape.IsTruncated() ? 0 : uint64_t{1} << 63;
    const uint64x2_t w8 = vsetq_lane_u64(first, zero, 0);
    const uint64x2_t w14 = vsetq_lane_u64(shape.NumBits(), zero, 1);
    return {LoadWords(tail.keep),
            LoadWords(tail.pad),
            w8,
            w14,
            vaddq_u64(w8, vld1q_u64(kK + 8)),
            vaddq_u64(w14, vld1q_u64(kK + 14))};
  }

  // WordsOf returns the message words of a pair of rounds. Those of pairs 4 to 7 are padding.
  template <size_t kPair>
  HERMETIC_ARMV8_SHA512_INLINE static uint64x2_t WordsOf(const Padding& padding, const Lane& lane) {
    if constexpr (kPair == 4) {
      return padding.w8;
    } else if constexpr (kPair == 5 || kPair == 6) {
      return vdupq_n_u64(0);
    } else if constexpr (kPair == 7) {
      return padding.w14;
    } else {
      return lane.words[kPair % 8];
    }
  }

  // AddendOf returns the words of a pair plus the constants of its rounds.
  template <size_t kPair>
  HERMETIC_ARMV8_SHA512_INLINE static uint64x2_t AddendOf(const Padding& padding,
                                                          const Lane& lane) {
    if constexpr (kPair == 4) {
      return padding.addend8;
    } else if constexpr (kPair == 5 || kPair == 6) {
      return vld1q_u64(kK + 2 * kPair);
    } else if constexpr (kPair == 7) {
      return padding.addend14;
    } else {
      return vaddq_u64(lane.words[kPair % 8], vld1q_u64(kK + 2 * kPair));
    }
  }

  // Schedule computes the words of the eighth pair after kPair. W9..W14 are zero, and add nothing.
  template <size_t kPair>
  HERMETIC_ARMV8_SHA512_INLINE static uint64x2_t Schedule(const Padding& padding,
                                                          const Lane& lane) {
    uint64x2_t sum = WordsOf<kPair>(padding, lane);
    if constexpr (kPair < 4 || kPair > 6) {
      sum = vsha512su0q_u64(sum, WordsOf<kPair + 1>(padding, lane));
    }
    uint64x2_t middle = vdupq_n_u64(0);  // W9 and W10 after W0
    if constexpr (kPair > 2) {
      middle = vextq_u64(WordsOf<kPair + 4>(padding, lane), WordsOf<kPair + 5>(padding, lane), 1);
    }
    return vsha512su1q_u64(sum, WordsOf<kPair + 7>(padding, lane), middle);
  }

  // RunPair does two rounds. The state's pairs keep their places and only change their names: g and
  // h become a and b.
  template <size_t kPair>
  HERMETIC_ARMV8_SHA512_INLINE static void RunPair(const Padding& padding, Lane& lane) {
    const uint64x2_t ab = lane.state[(3 * kPair) % 4];
    uint64x2_t& cd = lane.state[(3 * kPair + 1) % 4];
    const uint64x2_t ef = lane.state[(3 * kPair + 2) % 4];
    uint64x2_t& gh = lane.state[(3 * kPair + 3) % 4];
    const uint64x2_t addend = AddendOf<kPair>(padding, lane);
    const uint64x2_t sum = vaddq_u64(gh, vextq_u64(addend, addend, 1));
    const uint64x2_t t1 = vsha512hq_u64(sum, vextq_u64(ef, gh, 1), vextq_u64(cd, ef, 1));
    gh = vsha512h2q_u64(t1, cd, ab);
    cd = vaddq_u64(cd, t1);
    if constexpr (kPair + 8 < kNumPairs) lane.words[kPair % 8] = Schedule<kPair>(padding, lane);
  }

  // RunPairs does the rounds from a pair on, for all lanes in parallel.
  template <size_t kPair, typename... Lanes>
  HERMETIC_ARMV8_SHA512_INLINE static void RunPairs(const Padding& padding, Lanes&... lanes) {
    (RunPair<kPair>(padding, lanes), ...);
    if constexpr (kPair + 1 < kNumPairs) RunPairs<kPair + 1>(padding, lanes...);
  }

  HERMETIC_ARMV8_SHA512_INLINE static void Begin(const Words& key, Lane& lane) {
    for (size_t i = 0; i < 4; ++i) lane.state[i] = key.pairs[i];
  }

  template <bool kIsTruncated>
  HERMETIC_ARMV8_SHA512_INLINE static void End(const Padding& padding, const Words& key,
                                               Lane& lane) {
    Words digest;
    for (size_t i = 0; i < 4; ++i) digest.pairs[i] = vaddq_u64(lane.state[i], key.pairs[i]);
    SetDigest<kIsTruncated>(padding, digest, lane);
  }

  // SetDigest makes a digest the message of the next compression.
  template <bool kIsTruncated>
  HERMETIC_ARMV8_SHA512_INLINE static void SetDigest(const Padding& padding, const Words& digest,
                                                     Lane& lane) {
    for (size_t i = 0; i < 4; ++i) {
      lane.words[i] = digest.pairs[i];
      if (kIsTruncated && i > 0) {  // every digest keeps the first two words
        lane.words[i] = vbslq_u64(padding.keep.pairs[i], digest.pairs[i], padding.pad.pairs[i]);
      }
    }
  }

  HERMETIC_ARMV8_SHA512_INLINE static void Accumulate(const Lane& lane, State& state) {
    for (size_t i = 0; i < 4; ++i) {
      state.t.pairs[i] = veorq_u64(state.t.pairs[i], lane.words[i]);
    }
  }

  template <bool kIsTruncated>
  HERMETIC_ARMV8_SHA512_INLINE static void Load(const Padding& padding, const Stream& stream,
                                                Lane& lane, State& state) {
    state = {{LoadWords(stream.inner), LoadWords(stream.outer)}, LoadWords(stream.t)};
    SetDigest<kIsTruncated>(padding, LoadWords(stream.u), lane);
  }

  HERMETIC_ARMV8_SHA512_INLINE static void Store(const Padding& padding, const Lane& lane,
                                                 const State& state, Stream& stream) {
    for (size_t i = 0; i < 4; ++i) {
      vst1q_u64(stream.u + 2 * i, vandq_u64(lane.words[i], padding.keep.pairs[i]));
      vst1q_u64(stream.t + 2 * i, vandq_u64(state.t.pairs[i], padding.keep.pairs[i]));
    }
  }

  HERMETIC_ARMV8_SHA512_INLINE static Words LoadWords(const uint64_t* from) {
    return {{vld1q_u64(from), vld1q_u64(from + 2), vld1q_u64(from + 4), vld1q_u64(from + 6)}};
  }
};

// RunSha512Armv8 is Kernel::run.
template <size_t kNumLanes, bool kIsTruncated>
HERMETIC_ARMV8_SHA512 void RunSha512Armv8(const Shape& shape, Stream* const* streams,
                                          size_t num_streams, uint32_t num_iterations,
                                          void* scratch) {
  Sha512Armv8::Run<kIsTruncated>(std::make_index_sequence<kNumLanes>(), shape, streams, num_streams,
                                 num_iterations, scratch);
}

}  // namespace hermetic::kdf
