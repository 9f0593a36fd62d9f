// The kernels that compute a digest on this processor. Each kernel that runs here is tested when
// the digest is first used. It is also timed, because the fastest kernel for a number of streams
// differs from processor to processor.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "native/base/error.h"
#include "native/kdf/digest_shape.h"
#include "native/kdf/engines.h"
#include "native/kdf/kernel.h"
#include "native/kdf/plan.h"
#include "native/kdf/scratch.h"

namespace hermetic::kdf {

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

  // The plan by the times of the first use.
  const Plan& plan() const { return plan_; }

  // CompareHybrids times the best hybrid and the best other kernel again, and returns the plan that
  // their changes give.
  Plan CompareHybrids(Scratch& scratch) const;
  Plan PlanWithoutHybrids() const;

  ShapeId shape() const { return shape_; }
  std::span<const Candidate> candidates() const { return candidates_; }

 private:
  static std::unique_ptr<const Selection> Make(ShapeId shape, const Rules& rules,
                                               std::vector<std::string>& notices);
  Selection(ShapeId shape, std::vector<Candidate> candidates);
  const Candidate* Best(bool is_hybrid) const;

  ShapeId shape_;
  std::vector<Candidate> candidates_;
  Plan plan_;
};

}  // namespace hermetic::kdf
