// SHA-1 with arm64's SHA-1 instructions, which do four rounds at a time. Several streams are
// interleaved, because each waits for its own last result most of the time.
#pragma once

#include <arm_neon.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "native/kdf/kernel.h"
#include "native/kdf/kernels/armv8_target.h"
#include "native/kdf/kernels/armv8_words.h"
#include "native/kdf/kernels/sha1_lanes.h"

namespace hermetic::kdf {

class Sha1Armv8 {
 public:
  // Run is a Kernel::run with as many lanes as the sequence has.
  template <size_t... kLane>
  HERMETIC_ARMV8_SHA2_INLINE static void Run(std::index_sequence<kLane...> /*lanes*/,
                                             Stream* const* streams, size_t num_streams,
                                             uint32_t num_iterations, void* scratch) {
    Armv8State* const states = static_cast<Armv8State*>(scratch);
    // Surplus lanes repeat the last stream and compute the same result.
    Stream* const owners[] = {streams[std::min(kLane, num_streams - 1)]...};
    Lane lanes[sizeof...(kLane)];
    (Load(*owners[kLane], lanes[kLane], states[kLane]), ...);
    for (; num_iterations > 0; --num_iterations) {
      for (size_t i = 0; i < 2; ++i) {
        HERMETIC_ARMV8_KEEP_LOOP(i);
        (Begin(states[kLane].keys[i], lanes[kLane]), ...);
        RunGroups<0>(lanes[kLane]...);
        (End(states[kLane].keys[i], lanes[kLane]), ...);
      }
      (Accumulate(lanes[kLane], states[kLane]), ...);
    }
    (Store(lanes[kLane], states[kLane], *owners[kLane]), ...);
  }

 private:
  static constexpr size_t kNumGroups = 20;

  // Lane is a stream in progress.
  struct Lane {
    uint32x4_t abcd;
    uint32_t e;
    uint32x4_t words[4];  // the newest words of the schedule; the first two begin as the digest
  };

  // WordsOf returns the message words of a group of rounds. Those of groups 2 and 3 are padding.
  template <size_t kGroup>
  HERMETIC_ARMV8_SHA2_INLINE static uint32x4_t WordsOf(const Lane& lane) {
    if constexpr (kGroup == 2) {
      return vdupq_n_u32(0);
    } else if constexpr (kGroup == 3) {
      return vsetq_lane_u32(Sha1Padding(15), vdupq_n_u32(0), 3);
    } else {
      return lane.words[kGroup % 4];
    }
  }

  // AddendOf returns the words of a group plus the constant of its rounds.
  template <size_t kGroup>
  HERMETIC_ARMV8_SHA2_INLINE static uint32x4_t AddendOf(const Lane& lane) {
    constexpr uint32_t kK = Sha1K(4 * kGroup);
    if constexpr (kGroup == 2) {
      return vdupq_n_u32(kK);
    } else if constexpr (kGroup == 3) {
      return vsetq_lane_u32(kK + Sha1Padding(15), vdupq_n_u32(kK), 3);
    } else {
      return vaddq_u32(lane.words[kGroup % 4], vdupq_n_u32(kK));
    }
  }

  // Schedule computes the words of the fourth group after kGroup.
  template <size_t kGroup>
  HERMETIC_ARMV8_SHA2_INLINE static uint32x4_t Schedule(const Lane& lane) {
    uint32x4_t sum = WordsOf<kGroup + 2>(lane);
    // W8..W13 are zero: only the last of the three terms remains.
    if constexpr (kGroup != 2) {
      sum = vsha1su0q_u32(WordsOf<kGroup>(lane), WordsOf<kGroup + 1>(lane), sum);
    }
    return vsha1su1q_u32(sum, WordsOf<kGroup + 3>(lane));
  }

  // RunGroup does four rounds.
  template <size_t kGroup>
  HERMETIC_ARMV8_SHA2_INLINE static void RunGroup(Lane& lane) {
    const uint32x4_t addend = AddendOf<kGroup>(lane);
    const uint32_t next_e = vsha1h_u32(vgetq_lane_u32(lane.abcd, 0));
    if constexpr (kGroup < 5) {
      lane.abcd = vsha1cq_u32(lane.abcd, lane.e, addend);
    } else if constexpr (kGroup >= 10 && kGroup < 15) {
      lane.abcd = vsha1mq_u32(lane.abcd, lane.e, addend);
    } else {
      lane.abcd = vsha1pq_u32(lane.abcd, lane.e, addend);
    }
    lane.e = next_e;
    if constexpr (kGroup + 4 < kNumGroups) lane.words[kGroup % 4] = Schedule<kGroup>(lane);
  }

  // RunGroups does the rounds from a group on, for all lanes in parallel.
  template <size_t kGroup, typename... Lanes>
  HERMETIC_ARMV8_SHA2_INLINE static void RunGroups(Lanes&... lanes) {
    (RunGroup<kGroup>(lanes), ...);
    if constexpr (kGroup + 1 < kNumGroups) RunGroups<kGroup + 1>(lanes...);
  }

  HERMETIC_ARMV8_SHA2_INLINE static void Begin(const Armv8Words& key, Lane& lane) {
    lane.abcd = key.low;
    lane.e = vgetq_lane_u32(key.high, 0);
  }

  // The key contains the padding of the next block: see Load.
  HERMETIC_ARMV8_SHA2_INLINE static void End(const Armv8Words& key, Lane& lane) {
    lane.words[0] = vaddq_u32(lane.abcd, key.low);
    lane.words[1] = vaddq_u32(vsetq_lane_u32(lane.e, vdupq_n_u32(0), 0), key.high);
  }

  HERMETIC_ARMV8_SHA2_INLINE static void Accumulate(const Lane& lane, Armv8State& state) {
    state.t.low = veorq_u32(state.t.low, lane.words[0]);
    state.t.high = veorq_u32(state.t.high, lane.words[1]);
  }

  HERMETIC_ARMV8_SHA2_INLINE static void Load(const Stream& stream, Lane& lane, Armv8State& state) {
    state.keys[0] = WithPadding(Armv8Words::Load(stream.inner));
    state.keys[1] = WithPadding(Armv8Words::Load(stream.outer));
    state.t = Armv8Words::Load(stream.t);
    const Armv8Words u = WithPadding(Armv8Words::Load(stream.u));
    lane.words[0] = u.low;
    lane.words[1] = u.high;
  }

  HERMETIC_ARMV8_SHA2_INLINE static void Store(const Lane& lane, const Armv8State& state,
                                               Stream& stream) {
    const uint32x4_t keep = vsetq_lane_u32(~0U, vdupq_n_u32(0), 0);
    Armv8Words{lane.words[0], vandq_u32(lane.words[1], keep)}.Store(stream.u);
    Armv8Words{state.t.low, vandq_u32(state.t.high, keep)}.Store(stream.t);
  }

  // WithPadding sets W5..W7 after five words.
  HERMETIC_ARMV8_SHA2_INLINE static Armv8Words WithPadding(const Armv8Words& words) {
    const uint32x4_t pad = vsetq_lane_u32(Sha1Padding(5), vdupq_n_u32(0), 1);
    return {words.low, vsetq_lane_u32(vgetq_lane_u32(words.high, 0), pad, 0)};
  }
};

// RunSha1Armv8 is Kernel::run.
template <size_t kNumLanes>
HERMETIC_ARMV8_SHA2 void RunSha1Armv8(const Shape& /*shape*/, Stream* const* streams,
                                      size_t num_streams, uint32_t num_iterations, void* scratch) {
  Sha1Armv8::Run(std::make_index_sequence<kNumLanes>(), streams, num_streams, num_iterations,
                 scratch);
}

}  // namespace hermetic::kdf
