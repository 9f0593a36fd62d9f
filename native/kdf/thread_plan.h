// The plan of one thread. A hybrid kernel needs nearly all that a core can execute: it gains while
// it has the core for itself, and loses while another thread runs on the same core. So a thread
// with much work compares the hybrids with the other kernels again from time to time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "native/kdf/plan.h"
#include "native/kdf/scratch.h"
#include "native/kdf/selection.h"

namespace hermetic::kdf {

// ThreadPlan is for one digest.
class ThreadPlan {
 public:
  const Plan& Of(const Selection& selection) const;

  // CountTurn counts a turn with `num_streams` streams, and makes a new plan when it is due.
  void CountTurn(const Selection& selection, size_t num_streams, Scratch& scratch);

 private:
  const Selection* selection_ = nullptr;  // of `plan_`
  std::optional<Plan> plan_;
  uint32_t num_turns_ = 0;
};

}  // namespace hermetic::kdf
