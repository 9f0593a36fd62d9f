// See worker.h.
#include "native/kdf/worker.h"

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>
#include <utility>

#include "native/kdf/selection.h"

namespace hermetic::kdf {
namespace {

using openssl::Status;

// A turn takes about this long for each batch: short beside what anybody notices, long beside the
// microsecond or two that the exchange costs.
constexpr double kQuantumNs = 500000;
constexpr uint32_t kEvpQuantum = 512;  // iterations; 0.1 ms with MD5, 0.4 ms with SHA-3

// After so many turns in a row a worker makes room for other jobs of the pool.
constexpr uint32_t kNumTurns = 8;

}  // namespace

void Worker::Run(std::shared_ptr<threads::Job> /*self*/) noexcept {
  for (;;) {
    Scheduler::Finished finished;
    bool goes_on = false;
    {
      const std::lock_guard lock(scheduler_.mutex_);
      goes_on = Exchange(finished);
    }
    Scheduler::Report(finished);
    if (!goes_on) break;
    Step();
  }
  scratch_.Wipe();
}

bool Worker::Exchange(Scheduler::Finished& finished) {
  const auto num_pending = static_cast<double>(std::max<size_t>(scheduler_.num_pending_, 1));
  scheduler_.virtual_time_ += std::exchange(work_done_, 0) / num_pending;
  for (size_t queue = 0; queue < batches_.size(); ++queue) TakeOut(queue, finished);
  const bool makes_room = MakesRoom();
  for (size_t queue = 0; queue < batches_.size(); ++queue)
    Park(queue, makes_room ? 0 : Share(queue));
  if (!makes_room) TakeIn();
  const bool is_empty = std::all_of(batches_.begin(), batches_.end(),
                                    [](const Batch& batch) { return batch.empty(); });
  if (is_empty) --scheduler_.num_workers_;
  scheduler_.StartWorkerIfNeeded();
  return !is_empty;
}

// MakesRoom tells whether this worker should end with work left: other jobs wait for its thread, or
// there are more workers than threads are wanted. Another worker takes over behind them.
bool Worker::MakesRoom() {
  if (scheduler_.num_workers_ > threads::NumThreads()) return true;
  if (++num_turns_ < kNumTurns) return false;
  num_turns_ = 0;
  return threads::HasWaiting();
}

void Worker::TakeOut(size_t queue, Scheduler::Finished& finished) {
  Batch kept;
  for (Lane& lane : batches_[queue]) {
    if (Update(lane, queue, finished)) kept.push_back(std::move(lane));
  }
  batches_[queue] = std::move(kept);
}

// Update tells the scheduler how a lane did, and whether it goes on.
bool Worker::Update(Lane& lane, size_t queue, Scheduler::Finished& finished) {
  Task& task = *lane.task;
  if (std::exchange(lane.is_first, false)) task.is_prepared_ = true;
  if (lane.failure.has_value()) task.failure_ = std::move(lane.failure);
  const bool is_over = task.failure_.has_value() || lane.IsStored();
  if (is_over) {
    if (lane.IsStored()) ++task.num_stored_;
    --task.num_running_;
    --scheduler_.queues_[queue].num_running;
  }
  scheduler_.Offer(lane.task);
  if (is_over) scheduler_.EndIfDone(lane.task, finished);
  return !is_over;
}

// Park gives back what is due last.
void Worker::Park(size_t queue, size_t num_kept) {
  Batch& batch = batches_[queue];
  while (batch.size() > num_kept) {
    Lane& lane = batch.back();
    lane.task->parked_.push_back(std::move(lane.block));
    --lane.task->num_running_;
    --scheduler_.queues_[queue].num_running;
    scheduler_.Offer(lane.task);
    batch.pop_back();
  }
}

// Share is how many lanes of a queue this worker should have: all that there are, divided among the
// threads, as far as they gain from each other.
size_t Worker::Share(size_t queue) const {
  const Scheduler::Queue& from = scheduler_.queues_[queue];
  size_t most = 1;
  if (queue < kNumShapes) {
    if (const Selection* selection = Selection::Made(static_cast<ShapeId>(queue)))
      most = selection->NumLanes();
  }
  const size_t num_threads = threads::NumThreads();
  const size_t num_blocks = from.num_running + from.num_offered;
  return std::clamp<size_t>((num_blocks + num_threads - 1) / num_threads, 1, most);
}

void Worker::TakeIn() {
  for (;;) {
    size_t first = batches_.size();
    for (size_t queue = 0; queue < batches_.size(); ++queue) {
      const auto& tasks = scheduler_.queues_[queue].tasks;
      if (tasks.empty() || batches_[queue].size() >= Share(queue)) continue;
      if (first == batches_.size() ||
          tasks.begin()->first < scheduler_.queues_[first].tasks.begin()->first)
        first = queue;
    }
    if (first == batches_.size()) break;
    TakeNext(first);
  }
  for (size_t queue = 0; queue < batches_.size(); ++queue) TakeWhatIsDueBefore(queue);
}

void Worker::TakeNext(size_t queue) {
  const std::shared_ptr<Task> task = scheduler_.queues_[queue].tasks.begin()->second;
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
  ++scheduler_.queues_[queue].num_running;
  scheduler_.Offer(task);
  Batch& batch = batches_[queue];
  const auto is_due_before = [](const Due& due, const Lane& other) {
    return due < other.task->due_;
  };
  const auto place = std::upper_bound(batch.begin(), batch.end(), task->due_, is_due_before);
  batch.insert(place, std::move(lane));
}

// TakeWhatIsDueBefore replaces what is due later than something that waits.
void Worker::TakeWhatIsDueBefore(size_t queue) {
  Batch& batch = batches_[queue];
  const auto& tasks = scheduler_.queues_[queue].tasks;
  while (!batch.empty() && !tasks.empty() && tasks.begin()->first < batch.back().task->due_) {
    Park(queue, batch.size() - 1);
    TakeNext(queue);
  }
}

void Worker::Step() {
  for (size_t queue = 0; queue < batches_.size(); ++queue) {
    Batch& batch = batches_[queue];
    for (Lane& lane : batch) {
      if (lane.block->is_begun) continue;
      Begin(lane);
      Advanced(lane, queue, 1);
    }
    if (batch.empty()) continue;
    if (queue < kNumShapes) {
      AdvanceByKernels(queue);
    } else {
      AdvanceByEvp(batch);
    }
  }
}

void Worker::Begin(Lane& lane) {
  Task& task = *lane.task;
  if (lane.is_first) {
    Status prepared = task.derivation_.Prepare(task.password_, task.salt_);
    // Not {}: that empties a vector and keeps its memory as it is.
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

// Advanced accounts for iterations, and stores a block after the last of them.
void Worker::Advanced(Lane& lane, size_t queue, uint32_t num_iterations) {
  work_done_ += Scheduler::Work(queue, num_iterations);
  if (!lane.failure.has_value() && lane.IsStored()) lane.task->derivation_.Store(*lane.block);
}

void Worker::AdvanceByKernels(size_t queue) {
  std::array<Lane*, Kernel::kMaxLanes> lanes;
  std::array<Stream*, Kernel::kMaxLanes> streams;
  size_t num_streams = 0;
  uint32_t num_iterations = UINT32_MAX;
  for (Lane& lane : batches_[queue]) {
    if (!lane.IsRunning()) continue;
    lanes[num_streams] = &lane;
    streams[num_streams++] = &lane.block->stream;
    num_iterations = std::min(num_iterations, lane.block->num_left);
  }
  if (num_streams == 0) return;
  const Selection* const selection = Selection::Of(static_cast<ShapeId>(queue));
  if (selection == nullptr) {
    for (size_t i = 0; i < num_streams; ++i) lanes[i]->failure = Selection::NoKernel();
    return;
  }
  const double most = std::max(1.0, kQuantumNs / selection->NsPerIteration(num_streams));
  if (most < num_iterations) num_iterations = static_cast<uint32_t>(most);
  selection->Advance({streams.data(), num_streams}, num_iterations, scratch_);
  for (size_t i = 0; i < num_streams; ++i) {
    lanes[i]->block->num_left -= num_iterations;
    Advanced(*lanes[i], queue, num_iterations);
  }
}

void Worker::AdvanceByEvp(Batch& batch) {
  for (Lane& lane : batch) {
    if (!lane.IsRunning()) continue;
    const uint32_t num_iterations = std::min(kEvpQuantum, lane.block->num_left);
    Status advanced = lane.task->derivation_.AdvanceByEvp(*lane.block, num_iterations);
    if (!advanced.ok()) lane.failure = advanced.error();
    lane.block->num_left -= num_iterations;
    Advanced(lane, Scheduler::kNumQueues - 1, num_iterations);
  }
}

}  // namespace hermetic::kdf
