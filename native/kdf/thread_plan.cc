// See thread_plan.h.
#include "native/kdf/thread_plan.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "native/kdf/plan.h"
#include "native/kdf/scratch.h"
#include "native/kdf/selection.h"

namespace hermetic::kdf {
namespace {

// A comparison takes about as long as half a turn.
constexpr uint32_t kTurnsBetween = 256;
constexpr uint32_t kLongestPause = 1024;
// Of the time that the last comparison measured. A turn may be slower by that much for other
// reasons.
constexpr double kSlow = 1.2;
// The time of a shorter turn is not significant, because copying the streams takes a part of it.
constexpr double kShortestNs = 100000;

}  // namespace

const Plan& ThreadPlan::Of(const Selection& selection) const {
  return plan_.has_value() && selection_ == &selection ? *plan_ : selection.plan();
}

void ThreadPlan::EndTurn(const Selection& selection, const Turn& turn, Scratch& scratch) {
  if (turn.num_streams < Of(selection).NumLanes()) return;
  if (IsSlow(selection, turn)) {
    Replace(selection, selection.PlanWithoutHybrids());
    turns_left_ = pause_;
    pause_ = std::min(2 * pause_, kLongestPause);
    return;
  }
  if (--turns_left_ > 0) return;
  const bool used_hybrid = Of(selection).FirstFor(turn.num_streams).is_hybrid;
  if (used_hybrid) pause_ = kFirstPause;  // no turn was slow since the last comparison
  Replace(selection, selection.CompareHybrids(scratch));
  turns_left_ = kTurnsBetween;
}

void ThreadPlan::Replace(const Selection& selection, const Plan& plan) {
  plan_ = plan;
  selection_ = &selection;
}

bool ThreadPlan::IsSlow(const Selection& selection, const Turn& turn) const {
  const Plan& plan = Of(selection);
  if (&plan == &selection.plan()) return false;  // its times are not recent
  const double expected_ns = plan.NsPerIteration(turn.num_streams) * turn.num_iterations;
  return plan.FirstFor(turn.num_streams).is_hybrid && expected_ns > kShortestNs &&
         turn.ns > kSlow * expected_ns;
}

}  // namespace hermetic::kdf
