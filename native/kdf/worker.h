// One thread's share of the scheduler's work.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "native/base/error.h"
#include "native/kdf/scheduler.h"
#include "native/kdf/scratch.h"
#include "native/kdf/selection.h"
#include "native/threads/pool.h"

namespace hermetic::kdf {

// Worker runs blocks until none is left for it. Each turn begins under the scheduler's lock, where
// what has ended goes out and what is due first comes in.
class Worker final : public threads::Job {
 public:
  explicit Worker(Scheduler& scheduler) : scheduler_(scheduler) {}
  void Run(std::shared_ptr<threads::Job> self) noexcept override;

 private:
  // Lane is a block that this worker runs, and whose it is.
  struct Lane {
    std::shared_ptr<Task> task;
    std::unique_ptr<Block> block;
    bool is_first = false;         // of a task that has to be prepared before
    std::optional<Error> failure;  // for the whole task

    bool IsRunning() const { return !failure.has_value() && block->num_left > 0; }
    bool IsStored() const { return block->is_begun && block->num_left == 0; }
  };

  // Under the scheduler's lock. Exchange tells whether there is anything to do.
  bool Exchange(Scheduler::Ended& ended);
  bool MakesRoom();
  void TakeOut(Scheduler::Ended& ended);
  bool Update(Lane& lane, Scheduler::Ended& ended);
  void ChooseQueue();
  void TakeIn();
  void TakeNext();
  void Park(size_t num_kept);
  size_t Share() const;
  Scheduler::Queue& Queue() { return scheduler_.queues_[queue_]; }

  // Without it.
  void RunTurn();
  static void Begin(Lane& lane);
  void AdvanceByKernels(const Selection& selection);
  void AdvanceByEvp();
  void Advanced(Lane& lane, uint32_t num_iterations);

  Scheduler& scheduler_;
  size_t queue_ = 0;         // whose blocks this worker runs
  std::vector<Lane> batch_;  // with what is due first in front
  double work_done_ = 0;
  uint32_t num_turns_ = 0;
  Scratch scratch_;
};

}  // namespace hermetic::kdf
