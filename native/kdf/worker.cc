// See worker.h.
#include "native/kdf/worker.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <ratio>
#include <utility>
#include <vector>

#include "native/base/result.h"
#include "native/kdf/digest_shape.h"
#include "native/kdf/kernel.h"
#include "native/kdf/pbkdf2.h"
#include "native/kdf/plan.h"
#include "native/kdf/scheduler.h"
#include "native/kdf/selection.h"
#include "native/kdf/thread_plan.h"
#include "native/openssl/secure_bytes.h"
#include "native/threads/pool.h"

namespace hermetic::kdf {
namespace {

// The approximate length of a turn for each batch: too short to be noticed, and long compared to
// the microsecond or two of the exchange.
constexpr double kQuantumNs = 500000;
constexpr uint32_t kEvpQuantum = 512;  // iterations; 0.1 ms with MD5, 0.4 ms with SHA-3

// After this many turns in a row a worker makes room for other jobs of the pool.
constexpr uint32_t kTurnsBeforeRoom = 8;

}  // namespace

void Worker::Run(std::shared_ptr<threads::Job> /*self*/) noexcept {
  for (;;) {
    Scheduler::Ended ended;
    bool goes_on = false;
    {
      const std::lock_guard lock(scheduler_.mutex_);
      goes_on = Exchange(ended);
    }
    Scheduler::Report(ended);
    if (!goes_on) break;
    RunTurn();
  }
  scratch_.Wipe();
}

bool Worker::Exchange(Scheduler::Ended& ended) {
  const auto num_pending = static_cast<double>(std::max<size_t>(scheduler_.num_pending_, 1));
  scheduler_.virtual_time_ += std::exchange(work_done_, 0) / num_pending;
  if (!batch_.empty()) --Queue().num_workers;
  TakeOut(ended);
  if (MakesRoom()) {
    Park(0);
  } else {
    ChooseQueue();
    Park(Share());
    TakeIn();
  }
  if (batch_.empty()) {
    --scheduler_.num_workers_;
  } else {
    ++Queue().num_workers;
  }
  scheduler_.StartWorkerIfNeeded();
  return !batch_.empty();
}

// MakesRoom returns whether this worker should end with work left: there are more workers than
// threads wanted, or other jobs wait for its thread and another worker is queued after them.
bool Worker::MakesRoom() {
  if (scheduler_.num_workers_ > threads::NumThreads()) return true;
  if (++num_turns_ < kTurnsBeforeRoom) return false;
  num_turns_ = 0;
  return threads::HasWaiting() && scheduler_.StartWorker();
}

void Worker::TakeOut(Scheduler::Ended& ended) {
  std::vector<Lane> kept;
  for (Lane& lane : batch_) {
    if (Update(lane, ended)) kept.push_back(std::move(lane));
  }
  batch_ = std::move(kept);
}

// Update reports a lane's progress to the scheduler, and returns whether the lane continues.
bool Worker::Update(Lane& lane, Scheduler::Ended& ended) {
  Task& task = *lane.task;
  if (std::exchange(lane.is_first, false)) task.is_prepared_ = true;
  if (lane.failure.has_value()) task.failure_ = std::move(lane.failure);
  const bool is_over = task.failure_.has_value() || lane.IsStored();
  if (is_over) {
    if (lane.IsStored()) ++task.num_stored_;
    --task.num_running_;
    --Queue().num_running;
    --scheduler_.num_blocks_;
  }
  scheduler_.UpdateQueue(lane.task);
  if (is_over) scheduler_.EndIfDone(lane.task, ended);
  return !is_over;
}

// ChooseQueue switches to the digest of the earliest due task, waiting or in this worker.
void Worker::ChooseQueue() {
  const Due* first = batch_.empty() ? nullptr : &batch_.front().task->due_;
  size_t chosen = queue_;
  for (size_t queue = 0; queue < scheduler_.queues_.size(); ++queue) {
    const auto& tasks = scheduler_.queues_[queue].tasks;
    if (tasks.empty() || (first != nullptr && *first < tasks.begin()->first)) continue;
    first = &tasks.begin()->first;
    chosen = queue;
  }
  if (chosen == queue_) return;
  Park(0);
  queue_ = chosen;
}

// Park gives back the lanes that are due last.
void Worker::Park(size_t num_kept) {
  while (batch_.size() > num_kept) {
    Lane& lane = batch_.back();
    lane.task->parked_.push_back(std::move(lane.block));
    --lane.task->num_running_;
    --Queue().num_running;
    --scheduler_.num_blocks_;
    scheduler_.UpdateQueue(lane.task);
    batch_.pop_back();
  }
}

// Share returns the number of lanes that this worker should have: all blocks, except those of other
// digests that other workers hold, divided among the other threads, as far as parallel lanes are
// worthwhile.
size_t Worker::Share() const {
  size_t most = 1;
  if (queue_ < kNumShapes) {
    if (const Selection* selection = Selection::Made(static_cast<ShapeId>(queue_)))
      most = plans_[queue_].Of(*selection).NumLanes();
  }
  size_t num_threads = threads::NumThreads();
  size_t num_blocks = scheduler_.num_blocks_;
  for (size_t queue = 0; queue < scheduler_.queues_.size(); ++queue) {
    if (queue == queue_) continue;
    num_threads -= std::min(num_threads, scheduler_.queues_[queue].num_workers);
    num_blocks -= scheduler_.queues_[queue].num_running;
  }
  num_threads = std::max<size_t>(num_threads, 1);
  return std::clamp<size_t>((num_blocks + num_threads - 1) / num_threads, 1, most);
}

// TakeIn takes the earliest due blocks, if necessary in place of those due later.
void Worker::TakeIn() {
  const auto& tasks = Queue().tasks;
  while (!tasks.empty() && batch_.size() < Share()) TakeNext();
  while (!batch_.empty() && !tasks.empty() && tasks.begin()->first < batch_.back().task->due_) {
    Park(batch_.size() - 1);
    TakeNext();
  }
}

void Worker::TakeNext() {
  const std::shared_ptr<Task> task = Queue().tasks.begin()->second;
  Lane lane;
  lane.task = task;
  if (task->parked_.empty()) {
    lane.block = std::make_unique<Block>();
    lane.block->index = ++task->num_begun_;
    lane.is_first = !task->is_prepared_;
  } else {
    lane.block = std::move(task->parked_.back());
    task->parked_.pop_back();
  }
  ++task->num_running_;
  ++Queue().num_running;
  ++scheduler_.num_blocks_;
  scheduler_.UpdateQueue(task);
  const auto is_due_before = [](const Due& due, const Lane& other) {
    return due < other.task->due_;
  };
  const auto place = std::upper_bound(batch_.begin(), batch_.end(), task->due_, is_due_before);
  batch_.insert(place, std::move(lane));
}

void Worker::RunTurn() {
  const bool has_shape = queue_ < kNumShapes;
  const Selection* const selection =
      has_shape ? Selection::Of(static_cast<ShapeId>(queue_)) : nullptr;
  if (has_shape && selection == nullptr) {
    for (Lane& lane : batch_) lane.failure = Selection::NoKernel();
    return;
  }
  bool is_key_new = false;
  for (Lane& lane : batch_) {
    if (lane.block->is_begun) continue;
    Begin(lane);
    Advanced(lane, 1);
    is_key_new |= lane.is_first && lane.task->derivation_.NumBlocks() > 1;
  }
  if (is_key_new) return;  // the other blocks of that derivation can be taken in now
  if (has_shape) {
    AdvanceByKernels(*selection);
  } else {
    AdvanceByEvp();
  }
}

void Worker::Begin(Lane& lane) {
  Task& task = *lane.task;
  if (lane.is_first) {
    Status prepared = task.derivation_.Prepare(task.password_, task.salt_);
    // Not {}, which empties a vector and keeps its memory.
    task.password_ = openssl::SecureBytes();
    task.salt_ = openssl::SecureBytes();
    if (!prepared.ok()) {
      lane.failure = prepared.error();
      return;
    }
  }
  Status begun = task.derivation_.Begin(lane.block->index, *lane.block);
  if (!begun.ok()) lane.failure = begun.error();
}

// Advanced counts iterations, and stores a block after its last one.
void Worker::Advanced(Lane& lane, uint32_t num_iterations) {
  work_done_ += Scheduler::Work(queue_, num_iterations);
  if (!lane.failure.has_value() && lane.IsStored()) lane.task->derivation_.Store(*lane.block);
}

void Worker::AdvanceByKernels(const Selection& selection) {
  std::array<Lane*, Kernel::kMaxLanes> lanes;
  std::array<Stream*, Kernel::kMaxLanes> streams;
  size_t num_streams = 0;
  uint32_t num_iterations = UINT32_MAX;
  for (Lane& lane : batch_) {
    if (!lane.IsRunning()) continue;
    lanes[num_streams] = &lane;
    streams[num_streams++] = &lane.block->stream;
    num_iterations = std::min(num_iterations, lane.block->num_left);
  }
  if (num_streams == 0) return;
  ThreadPlan& thread_plan = plans_[queue_];
  const Plan& plan = thread_plan.Of(selection);
  const double most = std::max(1.0, kQuantumNs / plan.NsPerIteration(num_streams));
  if (most < num_iterations) num_iterations = static_cast<uint32_t>(most);
  const auto start = std::chrono::steady_clock::now();
  plan.Advance(ShapeOf(selection.shape()), {streams.data(), num_streams}, num_iterations, scratch_);
  const std::chrono::duration<double, std::nano> elapsed = std::chrono::steady_clock::now() - start;
  thread_plan.EndTurn(selection, {num_streams, num_iterations, elapsed.count()}, scratch_);
  for (size_t i = 0; i < num_streams; ++i) {
    lanes[i]->block->num_left -= num_iterations;
    Advanced(*lanes[i], num_iterations);
  }
}

void Worker::AdvanceByEvp() {
  for (Lane& lane : batch_) {
    if (!lane.IsRunning()) continue;
    const uint32_t num_iterations = std::min(kEvpQuantum, lane.block->num_left);
    Status advanced = lane.task->derivation_.AdvanceByEvp(*lane.block, num_iterations);
    if (!advanced.ok()) lane.failure = advanced.error();
    lane.block->num_left -= num_iterations;
    Advanced(lane, num_iterations);
  }
}

}  // namespace hermetic::kdf
