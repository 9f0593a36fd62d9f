// SHA-256 and SHA-224 with arm64's SHA-256 instructions, which do four rounds at a time. Several
// streams are interleaved, because each waits for its own last result most of the time.
#pragma once

#include <arm_neon.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "native/kdf/kernel.h"
#include "native/kdf/kernels/armv8_target.h"
#include "native/kdf/kernels/armv8_words.h"
#include "native/kdf/kernels/lanes.h"
#include "native/kdf/kernels/sha2_constants.h"

namespace hermetic::kdf {

class Sha256Armv8 {
 public:
  // Run is a Kernel::run with as many lanes as the sequence has.
  template <bool kIsTruncated, size_t... kLane>
  HERMETIC_ARMV8_SHA2_INLINE static void Run(std::index_sequence<kLane...> /*lanes*/,
                                             const Shape& shape, Stream* const* streams,
                                             size_t num_streams, uint32_t num_iterations,
                                             void* scratch) {
    const Padding padding = MakePadding(shape);
    Armv8State* const states = static_cast<Armv8State*>(scratch);
    // Surplus lanes repeat the last stream and compute the same result.
    Stream* const owners[] = {streams[std::min(kLane, num_streams - 1)]...};
    Lane lanes[sizeof...(kLane)];
    (Load<kIsTruncated>(padding, *owners[kLane], lanes[kLane], states[kLane]), ...);
    for (; num_iterations > 0; --num_iterations) {
      for (size_t i = 0; i < 2; ++i) {
        HERMETIC_ARMV8_KEEP_LOOP(i);
        (Begin(states[kLane].keys[i], lanes[kLane]), ...);
        RunGroups<0>(padding, lanes[kLane]...);
        (End<kIsTruncated>(padding, states[kLane].keys[i], lanes[kLane]), ...);
      }
      (Accumulate(lanes[kLane], states[kLane]), ...);
    }
    (Store(padding, lanes[kLane], states[kLane], *owners[kLane]), ...);
  }

 private:
  static constexpr const uint32_t* kK = Sha2Constants<uint32_t>::kK;
  static constexpr size_t kNumGroups = Sha2Constants<uint32_t>::kNumRounds / 4;

  // Lane is a stream in progress.
  struct Lane {
    uint32x4_t abcd, efgh;
    uint32x4_t words[4];  // the newest words of the schedule; the first two begin as the digest
  };

  // Padding is the constant part of a message block.
  struct Padding {
    uint32x4_t keep, pad;   // of W4..W7, where a truncated digest ends
    uint32x4_t words[2];    // W8..W15
    uint32x4_t addends[2];  // the same plus the constants of their rounds
  };

  HERMETIC_ARMV8_SHA2_INLINE static Padding MakePadding(const Shape& shape) {
    const Tail<uint32_t> tail(shape);
    const uint32x4_t zero = vdupq_n_u32(0);
    const uint32x4_t w8 = vsetq_lane_u32(shape.IsTruncated() ? 0 : 0x80000000, zero, 0);
    const uint32x4_t w12 = vsetq_lane_u32(static_cast<uint32_t>(shape.NumBits()), zero, 3);
    return {vld1q_u32(tail.keep + 4),
            vld1q_u32(tail.pad + 4),
            {w8, w12},
            {vaddq_u32(w8, vld1q_u32(kK + 8)), vaddq_u32(w12, vld1q_u32(kK + 12))}};
  }

  // WordsOf returns the message words of a group of rounds. Those of groups 2 and 3 are padding.
  template <size_t kGroup>
  HERMETIC_ARMV8_SHA2_INLINE static uint32x4_t WordsOf(const Padding& padding, const Lane& lane) {
    if constexpr (kGroup == 2 || kGroup == 3) {
      return padding.words[kGroup - 2];
    } else {
      return lane.words[kGroup % 4];
    }
  }

  // Schedule computes the words of the fourth group after kGroup.
  template <size_t kGroup>
  HERMETIC_ARMV8_SHA2_INLINE static uint32x4_t Schedule(const Padding& padding, const Lane& lane) {
    uint32x4_t sum = WordsOf<kGroup>(padding, lane);
    // W9..W12 are zero, and add nothing.
    if constexpr (kGroup != 2) sum = vsha256su0q_u32(sum, WordsOf<kGroup + 1>(padding, lane));
    return vsha256su1q_u32(sum, WordsOf<kGroup + 2>(padding, lane),
                           WordsOf<kGroup + 3>(padding, lane));
  }

  // RunGroup does four rounds.
  template <size_t kGroup>
  HERMETIC_ARMV8_SHA2_INLINE static void RunGroup(const Padding& padding, Lane& lane) {
    uint32x4_t addend;
    if constexpr (kGroup == 2 || kGroup == 3) {
      addend = padding.addends[kGroup - 2];
    } else {
      addend = vaddq_u32(lane.words[kGroup % 4], vld1q_u32(kK + 4 * kGroup));
    }
    const uint32x4_t abcd = lane.abcd;
    lane.abcd = vsha256hq_u32(abcd, lane.efgh, addend);
    lane.efgh = vsha256h2q_u32(lane.efgh, abcd, addend);
    if constexpr (kGroup + 4 < kNumGroups) lane.words[kGroup % 4] = Schedule<kGroup>(padding, lane);
  }

  // RunGroups does the rounds from a group on, for all lanes in parallel.
  template <size_t kGroup, typename... Lanes>
  HERMETIC_ARMV8_SHA2_INLINE static void RunGroups(const Padding& padding, Lanes&... lanes) {
    (RunGroup<kGroup>(padding, lanes), ...);
    if constexpr (kGroup + 1 < kNumGroups) RunGroups<kGroup + 1>(padding, lanes...);
  }

  HERMETIC_ARMV8_SHA2_INLINE static void Begin(const Armv8Words& key, Lane& lane) {
    lane.abcd = key.low;
    lane.efgh = key.high;
  }

  template <bool kIsTruncated>
  HERMETIC_ARMV8_SHA2_INLINE static void End(const Padding& padding, const Armv8Words& key,
                                             Lane& lane) {
    const Armv8Words digest = {vaddq_u32(lane.abcd, key.low), vaddq_u32(lane.efgh, key.high)};
    SetDigest<kIsTruncated>(padding, digest, lane);
  }

  // SetDigest makes a digest the message of the next compression.
  template <bool kIsTruncated>
  HERMETIC_ARMV8_SHA2_INLINE static void SetDigest(const Padding& padding, const Armv8Words& digest,
                                                   Lane& lane) {
    lane.words[0] = digest.low;
    lane.words[1] = digest.high;
    if constexpr (kIsTruncated) {
      lane.words[1] = vbslq_u32(padding.keep, digest.high, padding.pad);
    }
  }

  HERMETIC_ARMV8_SHA2_INLINE static void Accumulate(const Lane& lane, Armv8State& state) {
    state.t.low = veorq_u32(state.t.low, lane.words[0]);
    state.t.high = veorq_u32(state.t.high, lane.words[1]);
  }

  template <bool kIsTruncated>
  HERMETIC_ARMV8_SHA2_INLINE static void Load(const Padding& padding, const Stream& stream,
                                              Lane& lane, Armv8State& state) {
    state.keys[0] = Armv8Words::Load(stream.inner);
    state.keys[1] = Armv8Words::Load(stream.outer);
    state.t = Armv8Words::Load(stream.t);
    SetDigest<kIsTruncated>(padding, Armv8Words::Load(stream.u), lane);
  }

  HERMETIC_ARMV8_SHA2_INLINE static void Store(const Padding& padding, const Lane& lane,
                                               const Armv8State& state, Stream& stream) {
    Armv8Words{lane.words[0], vandq_u32(lane.words[1], padding.keep)}.Store(stream.u);
    Armv8Words{state.t.low, vandq_u32(state.t.high, padding.keep)}.Store(stream.t);
  }
};

// RunSha256Armv8 is Kernel::run.
template <size_t kNumLanes, bool kIsTruncated>
HERMETIC_ARMV8_SHA2 void RunSha256Armv8(const Shape& shape, Stream* const* streams,
                                        size_t num_streams, uint32_t num_iterations,
                                        void* scratch) {
  Sha256Armv8::Run<kIsTruncated>(std::make_index_sequence<kNumLanes>(), shape, streams, num_streams,
                                 num_iterations, scratch);
}

}  // namespace hermetic::kdf
