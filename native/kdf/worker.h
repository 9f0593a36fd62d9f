// One thread's share of the scheduler's work.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "native/kdf/scheduler.h"
#include "native/kdf/scratch.h"
#include "native/openssl/error.h"
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
    bool is_first = false;                  // of a task that has to be prepared before
    std::optional<openssl::Error> failure;  // for the whole task

    bool IsRunning() const { return !failure.has_value() && block->num_left > 0; }
    bool IsStored() const { return block->is_begun && block->num_left == 0; }
  };
  using Batch = std::vector<Lane>;

  // Under the scheduler's lock. Exchange tells whether there is anything to do.
  bool Exchange(Scheduler::Finished& finished);
  bool MakesRoom();
  void TakeOut(size_t queue, Scheduler::Finished& finished);
  bool Update(Lane& lane, size_t queue, Scheduler::Finished& finished);
  void TakeIn();
  void TakeNext(size_t queue);
  void TakeWhatIsDueBefore(size_t queue);
  void Park(size_t queue, size_t num_kept);
  size_t Share(size_t queue) const;

  // Without it.
  void Step();
  static void Begin(Lane& lane);
  void AdvanceByKernels(size_t queue);
  void AdvanceByEvp(Batch& batch);
  void Advanced(Lane& lane, size_t queue, uint32_t num_iterations);

  Scheduler& scheduler_;
  std::array<Batch, Scheduler::kNumQueues> batches_;  // each with what is due first in front
  double work_done_ = 0;
  uint32_t num_turns_ = 0;
  Scratch scratch_;
};

}  // namespace hermetic::kdf
