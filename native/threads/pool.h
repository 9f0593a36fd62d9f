// The addon's own threads: one lazy pool per process, shared by all environments, so that nothing
// of ours queues in libuv's pool. No thread exists before the first Submit.
#pragma once

#include <atomic>
#include <memory>

namespace hermetic::threads {

// Job is a piece of work. Run is called once, on a pool thread, and looks at IsCancelled often
// enough to end within about a millisecond; a job cancelled before it began is not run. Finished is
// called in either case, last.
class Job {
 public:
  virtual ~Job() = default;
  virtual void Run() noexcept = 0;
  virtual void Finished(std::shared_ptr<Job> self) noexcept = 0;

  void Cancel() { cancelled_.store(true, std::memory_order_relaxed); }
  bool IsCancelled() const { return cancelled_.load(std::memory_order_relaxed); }

 private:
  std::atomic<bool> cancelled_{false};
};

// Submit queues a job, first come first served. Returns false when no thread could be started at
// all.
bool Submit(std::shared_ptr<Job> job);

// NumThreads is the number of threads the pool grows to: the processors this process may run on.
unsigned NumThreads();

}  // namespace hermetic::threads
