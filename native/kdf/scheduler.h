// Derivations on the addon's own threads. A thread runs the blocks of many derivations with one
// digest side by side, in turns of about half a millisecond; between two turns it takes out what
// has ended and takes in what waits, so that derivations of different iteration counts, salts and
// sizes share a vector. It never waits for a vector to fill.
//
// The order is fair by work: that of weighted fair queueing (Parekh and Gallager, 1993). Virtual
// time advances by the work done divided by the number of derivations in flight; a derivation is
// due at the virtual time of its arrival plus its own work, and whatever is due first runs first,
// if need be in place of what runs, with what can share its vector. So, apart from a few turns, no
// derivation ends later than if all in flight shared the processors equally; a long one never holds
// up a short one, and equal ones end in the order of their arrival.
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

// Due orders what waits: by virtual time, then by arrival.
using Due = std::pair<double, uint64_t>;

// Task is a derivation that the scheduler runs. Its owner implements Finished.
class Task {
 public:
  // Password and salt are copied: whoever they belong to may change them meanwhile.
  Task(const Digest& digest, ByteView password, ByteView salt, uint32_t iterations, size_t dklen);
  virtual ~Task() = default;
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;

  // Finished is called once, on any thread and without a lock held: when the output is there, when
  // the derivation failed, or when it was cancelled (kState).
  virtual void Finished(std::shared_ptr<Task> self, Status status) noexcept = 0;

  // The key, once it has finished.
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
  size_t num_running_ = 0;  // blocks that a worker has
  size_t num_offered_ = 0;  // blocks that a worker could take, as far as the queue knows
  std::vector<std::unique_ptr<Block>> parked_;
  bool is_prepared_ = false;
  std::optional<Error> failure_;  // also cancellation
  bool has_ended_ = false;
};

class Scheduler {
 public:
  // Shared is the scheduler of this process. It is never destroyed: threads may use it while the
  // process exits.
  static Scheduler& Shared();

  // Start queues a task. Fails with kBusy when as many are pending as may be, and with kSystem when
  // no thread can be started, and throws when memory runs out; Finished is not called then.
  Status Start(const std::shared_ptr<Task>& task);

  // Cancel ends a task: at once when it waits, within a turn when it runs. Nothing happens when
  // it has ended.
  void Cancel(const std::shared_ptr<Task>& task);

  // Admit counts a derivation that runs elsewhere as pending, until Dismiss. Fails with kBusy when
  // as many are pending as may be.
  Status Admit();
  void Dismiss();

  // How many tasks may be pending, and are: started and not finished.
  void SetMaxPending(size_t max_pending);
  size_t MaxPending();
  size_t NumPending();

  // NumWorkers is how many threads derive, or are about to.
  size_t NumWorkers();

 private:
  friend class Worker;
  using Ended = std::vector<std::pair<std::shared_ptr<Task>, Status>>;

  // Queue is what waits of the digests that run in one batch.
  struct Queue {
    std::map<Due, std::shared_ptr<Task>> tasks;
    size_t num_running = 0;  // blocks that workers have
    size_t num_workers = 0;  // that have them
  };
  static constexpr size_t kNumQueues = kNumShapes + 1;  // the last is for EVP
  static size_t QueueOf(const Task& task);
  static double Work(size_t queue, double num_iterations);

  // All under the lock, apart from Report.
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
  size_t num_blocks_ = 0;  // that workers have, or could take
  size_t num_pending_ = 0;
  size_t max_pending_ = 65536;
  size_t num_workers_ = 0;  // that have been submitted to the pool, or run
};

}  // namespace hermetic::kdf
