// See plan.h.
#include "native/kdf/plan.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "native/kdf/kernel.h"
#include "native/kdf/scratch.h"

namespace hermetic::kdf {

Plan::Plan(std::span<const Candidate> candidates) {
  for (size_t n = 1; n < steps_.size(); ++n) {
    steps_[n].ns = std::numeric_limits<double>::max();
    for (const Candidate& candidate : candidates) {
      if (candidate.passed) Consider(candidate, n);
    }
  }
  SetNumLanes();
}

void Plan::Consider(const Candidate& candidate, size_t num_streams) {
  const Kernel& kernel = *candidate.kernel;
  const double ns_of_rest =
      num_streams > kernel.num_lanes ? steps_[num_streams - kernel.num_lanes].ns : 0;
  const double ns = candidate.ns_per_iteration + ns_of_rest;
  if (ns < steps_[num_streams].ns) steps_[num_streams] = {&kernel, ns};
}

void Plan::SetNumLanes() {
  const auto per_stream = [this](size_t n) { return steps_[n].ns / static_cast<double>(n); };
  double least = per_stream(1);
  for (size_t n = 2; n < steps_.size(); ++n) least = std::min(least, per_stream(n));
  constexpr double kTolerance = 1.03;  // the resolution of the timing
  while (per_stream(num_lanes_) > least * kTolerance) ++num_lanes_;
}

void Plan::Advance(const Shape& shape, std::span<Stream* const> streams, uint32_t num_iterations,
                   Scratch& scratch) const {
  while (!streams.empty()) {
    const Kernel& kernel = FirstFor(streams.size());
    const size_t num_streams = std::min<size_t>(kernel.num_lanes, streams.size());
    kernel.run(shape, streams.data(), num_streams, num_iterations, scratch.data());
    streams = streams.subspan(num_streams);
  }
}

}  // namespace hermetic::kdf
