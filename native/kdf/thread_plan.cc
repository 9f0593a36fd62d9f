// See thread_plan.h.
#include "native/kdf/thread_plan.h"

#include <cstddef>
#include <cstdint>

#include "native/kdf/plan.h"
#include "native/kdf/scratch.h"
#include "native/kdf/selection.h"

namespace hermetic::kdf {
namespace {

// The comparison takes about as long as half a turn.
constexpr uint32_t kTurnsBeforeFirst = 16;
constexpr uint32_t kTurnsBetween = 256;

}  // namespace

const Plan& ThreadPlan::Of(const Selection& selection) const {
  return plan_.has_value() && selection_ == &selection ? *plan_ : selection.plan();
}

void ThreadPlan::CountTurn(const Selection& selection, size_t num_streams, Scratch& scratch) {
  if (num_streams < Of(selection).NumLanes()) return;
  if (num_turns_++ % kTurnsBetween != kTurnsBeforeFirst) return;
  plan_ = selection.CompareHybrids(scratch);
  selection_ = &selection;
}

}  // namespace hermetic::kdf
