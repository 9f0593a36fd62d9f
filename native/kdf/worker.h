// One thread's share of the scheduler's work.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "native/base/error.h"
#include "native/kdf/digest_shape.h"
#include "native/kdf/scheduler.h"
#include "native/kdf/scratch.h"
#include "native/kdf/selection.h"
#include "native/kdf/thread_plan.h"
#include "native/threads/pool.h"

namespace hermetic::kdf {

// Worker runs blocks until there are no more for it. Each turn begins under the scheduler's lock,
// when finished blocks are removed and the earliest due are taken in.
class Worker final : public threads::Job {
 public:
  explicit Worker(Scheduler& scheduler) : scheduler_(scheduler) {}
  void Run(std::shared_ptr<threads::Job> self) noexcept override;

 private:
  // Lane is a block that this worker runs, with its task.
  struct Lane {
    std::shared_ptr<Task> task;
    std::unique_ptr<Block> block;
    bool is_first = false;         // of a task that must be prepared first
    std::optional<Error> failure;  // for the whole task

    bool IsRunning() const { return !failure.has_value() && block->num_left > 0; }
    bool IsStored() const { return block->is_begun && block->num_left == 0; }
  };

  // Called under the scheduler's lock. Exchange returns whether there is work to do.
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

  // Called without the lock.
  void RunTurn();
  static void Begin(Lane& lane);
  void AdvanceByKernels(const Selection& selection);
  void AdvanceByEvp();
  void Advanced(Lane& lane, uint32_t num_iterations);

  Scheduler& scheduler_;
  size_t queue_ = 0;         // the queue whose blocks this worker runs
  std::vector<Lane> batch_;  // the earliest due first
  double work_done_ = 0;
  uint32_t num_turns_ = 0;
  std::array<ThreadPlan, kNumShapes> plans_;
  Scratch scratch_;
};

}  // namespace hermetic::kdf
