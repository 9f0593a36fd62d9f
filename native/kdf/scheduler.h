// Derivations on the addon's own threads. A thread runs the blocks of many derivations with one
// digest in parallel, in turns of about half a millisecond. Between two turns it removes finished
// blocks and takes in waiting ones, so that derivations with different iteration counts, salts and
// sizes share a vector. It never waits for a vector to fill.
//
// The order is fair by work: weighted fair queueing (Parekh and Gallager, 1993). Virtual time
// advances by the work done divided by the number of derivations in flight. A derivation is due at
// the virtual time of its arrival plus its own work, and the earliest due runs first, if necessary
// in place of a running one, together with others that can share its vector. So, apart from a few
// turns, no derivation ends later than if all in flight shared the processors equally. A long
// derivation never delays a short one, and equal ones end in the order of their arrival.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "native/base/bytes.h"
#include "native/base/error.h"
#include "native/base/result.h"
#include "native/kdf/pbkdf2.h"
#include "native/openssl/secure_bytes.h"

namespace hermetic::kdf {

class Worker;

// Due orders waiting tasks: by virtual time, then by arrival.
using Due = std::pair<double, uint64_t>;

// Task is a derivation that the scheduler runs. Its owner implements Finished.
class Task {
 public:
  // Copies password and salt, because their owner may change them in the meantime.
  Task(const Digest& digest, ByteView password, ByteView salt, uint32_t iterations, size_t dklen);
  virtual ~Task() = default;
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;

  // Finished is called once, on any thread and without a lock held: when the output is complete,
  // when the derivation failed, or when it was cancelled (kState).
  virtual void Finished(std::shared_ptr<Task> self, Status status) noexcept = 0;

  // Returns the key, after the task has finished.
  ByteView output() const { return output_; }

 private:
  friend class Scheduler;
  friend class Worker;

  size_t NumOffered() const;

  openssl::SecureBytes password_;
  openssl::SecureBytes salt_;
  openssl::SecureBytes output_;
  Derivation derivation_;

  // Guarded by the scheduler's mutex.
  Due due_;
  uint32_t num_begun_ = 0;  // blocks
  uint32_t num_stored_ = 0;
  size_t num_running_ = 0;  // blocks held by a worker
  size_t num_offered_ = 0;  // blocks that a worker could take, according to the queue
  std::vector<std::unique_ptr<Block>> parked_;
  bool is_prepared_ = false;
  std::optional<Error> failure_;  // including cancellation
  bool has_ended_ = false;
};

class Scheduler {
 public:
  // Shared returns the scheduler of this process. It is never destroyed, because threads may use it
  // while the process exits.
  static Scheduler& Shared();

  // Start queues a task. It fails with kBusy if the maximum number of tasks is pending, and with
  // kSystem if no thread can be started, and throws if memory runs out; Finished is not called
  // then.
  Status Start(const std::shared_ptr<Task>& task);

  // Cancel ends a task: at once if it waits, within a turn if it runs. It does nothing if the task
  // has ended.
  void Cancel(const std::shared_ptr<Task>& task);

  // Admit counts a derivation that runs elsewhere as pending, until Dismiss. Fails with kBusy if
  // the maximum number is pending.
  Status Admit();
  void Dismiss();

  // The maximum and the present number of pending tasks: started and not finished.
  void SetMaxPending(size_t max_pending);
  size_t MaxPending();
  size_t NumPending();

  // NumWorkers returns the number of threads that derive, or are about to.
  size_t NumWorkers();

 private:
  friend class Worker;
  using Ended = std::vector<std::pair<std::shared_ptr<Task>, Status>>;

  // Queue holds the waiting tasks of the digests that run in one batch.
  struct Queue {
    std::map<Due, std::shared_ptr<Task>> tasks;
    size_t num_running = 0;  // blocks held by workers
    size_t num_workers = 0;  // workers that hold them
  };
  static constexpr size_t kNumQueues = kNumShapes + 1;  // the last is for EVP
  static size_t QueueOf(const Task& task);
  static double Work(size_t queue, double num_iterations);

  // All are called under the lock, except for Report.
  Status CheckRoom() const;
  void UpdateQueue(const std::shared_ptr<Task>& task);
  void EndIfDone(const std::shared_ptr<Task>& task, Ended& ended);
  void StartWorkerIfNeeded();
  bool StartWorker();
  static void Report(Ended& ended) noexcept;

  std::mutex mutex_;
  std::array<Queue, kNumQueues> queues_;
  double virtual_time_ = 0;
  uint64_t num_arrived_ = 0;
  size_t num_blocks_ = 0;  // held by workers, or ready for them
  size_t num_pending_ = 0;
  size_t max_pending_ = 65536;
  size_t num_workers_ = 0;  // submitted to the pool, or running
};

}  // namespace hermetic::kdf
