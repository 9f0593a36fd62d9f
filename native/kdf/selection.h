// Which kernels compute a digest on this processor. Each kernel that runs here is tested when the
// digest is first used, and timed, since what is fastest for a number of streams differs from
// processor to processor.
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
  bool passed;              // its self-test; otherwise it is never used
  double ns_per_iteration;  // of all its lanes together, measured
};

class Selection {
 public:
  // Of gives the selection for a digest. The first call for each tests and times, which takes about
  // a millisecond. Null when no kernel passed its test. It lives as long as the process.
  static const Selection* Of(ShapeId shape);

  // Made is the same without waiting: null also when Of was not called yet.
  static const Selection* Made(ShapeId shape);

  // NoKernel is the error for a digest whose selection is null.
  static Error NoKernel();

  // SetRules changes what later calls of Of give. Work that has begun goes on as it was.
  static void SetRules(const Rules& rules);

  // IsForcedToEvp tells whether the rules leave every digest to EVP.
  static bool IsForcedToEvp();

  // TakeNotices gives what the user should be told, once: kernels that failed their test.
  static std::vector<std::string> TakeNotices();

  // NumLanes is how many streams are worth running side by side: more of them gain nothing.
  size_t NumLanes() const { return num_lanes_; }

  // NsPerIteration is what one iteration of each of `num_streams` streams takes.
  double NsPerIteration(size_t num_streams) const { return plan_[num_streams].ns; }

  // FirstFor is the kernel that runs first for a number of streams.
  const Kernel& FirstFor(size_t num_streams) const { return *plan_[num_streams].kernel; }

  // Advance does iterations of each of at most Kernel::kMaxLanes streams.
  void Advance(std::span<Stream* const> streams, uint32_t num_iterations, Scratch& scratch) const;

  std::span<const Candidate> candidates() const { return candidates_; }

 private:
  // The fastest way to do one iteration of some number of streams: this kernel, and then the way
  // for the streams that are left.
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
