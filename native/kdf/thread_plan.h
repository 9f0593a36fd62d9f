// The plan of one thread. A hybrid kernel needs nearly all that a core can execute: it gains while
// it has the core for itself, and loses while another thread runs on the same core. So a thread
// with full batches watches the time of its turns, and compares the hybrids with the other kernels
// again from time to time.
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

  // Turn is a full or partial batch that was advanced, and the time that it took.
  struct Turn {
    size_t num_streams;
    uint32_t num_iterations;
    double ns;
  };

  // EndTurn counts a turn, and makes a new plan if it is due.
  void EndTurn(const Selection& selection, const Turn& turn, Scratch& scratch);

 private:
  static constexpr uint32_t kFirstPause = 16;

  void Replace(const Selection& selection, const Plan& plan);
  bool IsSlow(const Selection& selection, const Turn& turn) const;

  const Selection* selection_ = nullptr;  // of `plan_`
  std::optional<Plan> plan_;
  uint32_t turns_left_ = kFirstPause;  // until the next comparison
  uint32_t pause_ = kFirstPause;       // turns without hybrids after a slow one
};

}  // namespace hermetic::kdf
