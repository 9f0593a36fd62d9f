// The memory layout of a hybrid kernel: a lane kernel's streams, and one more stream in general
// registers, whose code uses the units of the processor that vectors leave idle.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "native/kdf/kernel.h"
#include "native/kdf/kernels/lanes.h"
#include "native/kdf/kernels/sha1_lanes.h"
#include "native/kdf/kernels/sha2_lanes.h"

namespace hermetic::kdf {

// HybridLanes has the scalar stream in the lanes of a vector of one. The members follow each
// other without a gap: scripts/kernels/avx512 refers to them by position.
template <class VectorLanes, class ScalarLanes>
struct alignas(64) HybridLanes {
  static constexpr size_t kNumLanes = VectorLanes::kNumLanes + 1;

  ScalarLanes scalar;
  typename ScalarLanes::Word block[16];  // of the scalar stream: the last words of the schedule
  VectorLanes vector;
};

template <class Lanes>
constexpr bool kIsHybrid = false;
template <class VectorLanes, class ScalarLanes>
constexpr bool kIsHybrid<HybridLanes<VectorLanes, ScalarLanes>> = true;

template <size_t kLanes>
using Sha1HybridLanes = HybridLanes<Sha1Lanes<kLanes>, Sha1Lanes<1>>;
template <size_t kLanes>
using Sha256HybridLanes = HybridLanes<Sha256Lanes<kLanes>, Sha256Lanes<1>>;
template <size_t kLanes>
using Sha512HybridLanes = HybridLanes<Sha512Lanes<kLanes>, Sha512Lanes<1>>;

template <class VectorLanes, class ScalarLanes>
void Pack(const Shape& shape, const Stream* const* streams, size_t num_streams,
          HybridLanes<VectorLanes, ScalarLanes>* lanes) {
  constexpr size_t kNumVector = VectorLanes::kNumLanes;
  Pack(shape, streams, std::min(num_streams, kNumVector), &lanes->vector);
  Pack(shape, num_streams > kNumVector ? streams + kNumVector : streams, 1, &lanes->scalar);
}

template <class VectorLanes, class ScalarLanes>
void Unpack(const Shape& shape, const HybridLanes<VectorLanes, ScalarLanes>& lanes,
            Stream* const* streams, size_t num_streams) {
  constexpr size_t kNumVector = VectorLanes::kNumLanes;
  Unpack(shape, lanes.vector, streams, std::min(num_streams, kNumVector));
  if (num_streams > kNumVector) Unpack(shape, lanes.scalar, streams + kNumVector, 1);
}

}  // namespace hermetic::kdf
