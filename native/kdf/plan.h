// The division of a batch of streams among kernels.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "native/kdf/kernel.h"
#include "native/kdf/scratch.h"

namespace hermetic::kdf {

// A kernel that runs on this processor.
struct Candidate {
  const Kernel* kernel;
  bool passed;              // its self-test; if false, it is never used
  double ns_per_iteration;  // for all its lanes together, measured
};

class Plan {
 public:
  // At least one candidate must have passed.
  explicit Plan(std::span<const Candidate> candidates);

  // NumLanes returns the number of streams to run in parallel; more streams gain nothing.
  size_t NumLanes() const { return num_lanes_; }

  // NsPerIteration returns the time of one iteration of each of `num_streams` streams.
  double NsPerIteration(size_t num_streams) const { return steps_[num_streams].ns; }

  // FirstFor returns the kernel that runs first for a number of streams.
  const Kernel& FirstFor(size_t num_streams) const { return *steps_[num_streams].kernel; }

  // Advance does iterations of each stream; there are at most Kernel::kMaxLanes.
  void Advance(const Shape& shape, std::span<Stream* const> streams, uint32_t num_iterations,
               Scratch& scratch) const;

 private:
  // The fastest way to do one iteration of some number of streams: this kernel, and then the Step
  // for the remaining streams.
  struct Step {
    const Kernel* kernel = nullptr;
    double ns = 0;
  };

  void Consider(const Candidate& candidate, size_t num_streams);
  void SetNumLanes();

  std::array<Step, Kernel::kMaxLanes + 1> steps_;
  size_t num_lanes_ = 1;
};

}  // namespace hermetic::kdf
