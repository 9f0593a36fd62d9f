// The kernels that compute a digest on this processor. Each kernel that runs here is tested when
// the digest is first used. It is also timed, because the fastest kernel for a number of streams
// differs from processor to processor.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "native/base/error.h"
#include "native/kdf/digest_shape.h"
#include "native/kdf/engines.h"
#include "native/kdf/kernel.h"
#include "native/kdf/scratch.h"

namespace hermetic::kdf {

// A kernel that runs on this processor.
struct Candidate {
  const Kernel* kernel;
  bool passed;              // its self-test; if false, it is never used
  double ns_per_iteration;  // for all its lanes together, measured
};

class Selection {
 public:
  // Of returns the selection for a digest, or null if no kernel passed its test. The first call for
  // each digest tests and times the kernels, which takes about a millisecond. The result lives as
  // long as the process.
  static const Selection* Of(ShapeId shape);

  // Made does the same without waiting: it also returns null if Of was not called yet.
  static const Selection* Made(ShapeId shape);

  // NoKernel returns the error for a digest whose selection is null.
  static Error NoKernel();

  // SetRules changes the results of later calls of Of. Work in progress is not affected.
  static void SetRules(const Rules& rules);

  // IsForcedToEvp returns whether the rules make every digest use EVP.
  static bool IsForcedToEvp();

  // TakeNotices returns notices for the user, each once: kernels that failed their test.
  static std::vector<std::string> TakeNotices();

  // NumLanes returns the number of streams to run in parallel; more streams gain nothing.
  size_t NumLanes() const { return num_lanes_; }

  // NsPerIteration returns the time of one iteration of each of `num_streams` streams.
  double NsPerIteration(size_t num_streams) const { return plan_[num_streams].ns; }

  // FirstFor returns the kernel that runs first for a number of streams.
  const Kernel& FirstFor(size_t num_streams) const { return *plan_[num_streams].kernel; }

  // Advance does iterations of each stream; there are at most Kernel::kMaxLanes.
  void Advance(std::span<Stream* const> streams, uint32_t num_iterations, Scratch& scratch) const;

  std::span<const Candidate> candidates() const { return candidates_; }

 private:
  // The fastest way to do one iteration of some number of streams: this kernel, and then the Step
  // for the remaining streams.
  struct Step {
    const Kernel* kernel = nullptr;
    double ns = 0;
  };

  static std::unique_ptr<const Selection> Make(ShapeId shape, const Rules& rules,
                                               std::vector<std::string>& notices);
  Selection(ShapeId shape, std::vector<Candidate> candidates);
  void Plan();

  const Shape& shape_;
  std::vector<Candidate> candidates_;
  std::array<Step, Kernel::kMaxLanes + 1> plan_;
  size_t num_lanes_ = 1;
};

}  // namespace hermetic::kdf
