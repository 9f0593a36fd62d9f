// See scheduler.h.
#include "native/kdf/scheduler.h"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <iterator>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <utility>

#include "native/base/bytes.h"
#include "native/base/error.h"
#include "native/base/result.h"
#include "native/kdf/pbkdf2.h"
#include "native/kdf/worker.h"
#include "native/threads/pool.h"

namespace hermetic::kdf {
namespace {

// The cost of an iteration in a full batch, in units of one of SHA-1; the last is for EVP. It only
// affects the order of waiting tasks.
constexpr double kWeights[] = {1, 2, 2, 5, 5, 5, 5, 20};

}  // namespace

Task::Task(const Digest& digest, ByteView password, ByteView salt, uint32_t iterations,
           size_t dklen)
    : password_(password.begin(), password.end()),
      salt_(salt.begin(), salt.end()),
      output_(dklen),
      derivation_(digest, iterations, output_) {}

size_t Task::NumOffered() const {
  if (failure_.has_value()) return 0;
  const size_t num_unbegun = derivation_.NumBlocks() - num_begun_;
  // The first block prepares the key for all.
  if (!is_prepared_) return num_begun_ == 0 ? 1 : 0;
  const size_t num_blocks = parked_.size() + num_unbegun;
  if (derivation_.shape().has_value()) return num_blocks;
  return num_running_ == 0 && num_blocks > 0 ? 1 : 0;
}

Scheduler& Scheduler::Shared() {
  static Scheduler* const kScheduler = new Scheduler;
  return *kScheduler;
}

size_t Scheduler::QueueOf(const Task& task) {
  const auto shape = task.derivation_.shape();
  return shape.has_value() ? static_cast<size_t>(*shape) : kNumQueues - 1;
}

double Scheduler::Work(size_t queue, double num_iterations) {
  static_assert(std::size(kWeights) == kNumQueues);
  return kWeights[queue] * num_iterations;
}

Status Scheduler::CheckRoom() const {
  if (num_pending_ < max_pending_) return Ok();
  return BusyError(std::to_string(num_pending_) +
                   " derivations are pending, as many as may be; try again later, or "
                   "raise maxPending of hashlib.configure");
}

Status Scheduler::Admit() {
  const std::lock_guard lock(mutex_);
  Status room = CheckRoom();
  if (room.ok()) ++num_pending_;
  return room;
}

void Scheduler::Dismiss() {
  const std::lock_guard lock(mutex_);
  --num_pending_;
}

Status Scheduler::Start(const std::shared_ptr<Task>& task) {
  const std::lock_guard lock(mutex_);
  Status room = CheckRoom();
  if (!room.ok()) return room;
  const Derivation& derivation = task->derivation_;
  const double num_iterations =
      static_cast<double>(derivation.iterations()) * static_cast<double>(derivation.NumBlocks());
  task->due_ = {virtual_time_ + Work(QueueOf(*task), num_iterations), num_arrived_++};
  UpdateQueue(task);  // may throw, before anything has changed
  ++num_pending_;
  StartWorkerIfNeeded();
  if (num_workers_ > 0) return Ok();
  const Error failure = SystemError(EAGAIN, "pthread_create", "");
  task->failure_ = failure;
  task->has_ended_ = true;
  UpdateQueue(task);
  --num_pending_;
  return failure;
}

void Scheduler::Cancel(const std::shared_ptr<Task>& task) {
  Ended ended;
  {
    const std::lock_guard lock(mutex_);
    if (task->has_ended_) return;
    task->failure_ = StateError("the derivation was cancelled");
    task->parked_.clear();
    UpdateQueue(task);
    EndIfDone(task, ended);
  }
  Report(ended);
}

// UpdateQueue puts a task into its queue or removes it, depending on whether it has blocks to take.
void Scheduler::UpdateQueue(const std::shared_ptr<Task>& task) {
  Queue& queue = queues_[QueueOf(*task)];
  const size_t num_offered = task->NumOffered();
  if (num_offered > 0 && task->num_offered_ == 0) queue.tasks.emplace(task->due_, task);
  if (num_offered == 0 && task->num_offered_ > 0) queue.tasks.erase(task->due_);
  num_blocks_ += num_offered;
  num_blocks_ -= task->num_offered_;
  task->num_offered_ = num_offered;
}

void Scheduler::EndIfDone(const std::shared_ptr<Task>& task, Ended& ended) {
  const bool is_done = task->num_stored_ == task->derivation_.NumBlocks() ||
                       (task->failure_.has_value() && task->num_running_ == 0);
  if (!is_done || task->has_ended_) return;
  task->has_ended_ = true;
  task->parked_.clear();
  --num_pending_;
  if (const auto& failure = task->failure_; failure.has_value()) {
    ended.emplace_back(task, *failure);
  } else {
    ended.emplace_back(task, Ok());
  }
}

void Scheduler::StartWorkerIfNeeded() {
  const auto has_work = [](const Queue& queue) { return !queue.tasks.empty(); };
  if (num_workers_ < threads::NumThreads() &&
      std::any_of(queues_.begin(), queues_.end(), has_work)) {
    StartWorker();
  }
}

// StartWorker returns whether it started a worker.
bool Scheduler::StartWorker() {
  try {
    if (!threads::Submit(std::make_shared<Worker>(*this))) return false;
  } catch (const std::bad_alloc&) {
    return false;
  }
  ++num_workers_;
  return true;
}

void Scheduler::Report(Ended& ended) noexcept {
  for (auto& [task, status] : ended) {
    Task& finished = *task;
    finished.Finished(std::move(task), std::move(status));
  }
}

void Scheduler::SetMaxPending(size_t max_pending) {
  const std::lock_guard lock(mutex_);
  max_pending_ = max_pending;
}

size_t Scheduler::MaxPending() {
  const std::lock_guard lock(mutex_);
  return max_pending_;
}

size_t Scheduler::NumWorkers() {
  const std::lock_guard lock(mutex_);
  return num_workers_;
}

size_t Scheduler::NumPending() {
  const std::lock_guard lock(mutex_);
  return num_pending_;
}

}  // namespace hermetic::kdf
