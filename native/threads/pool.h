// The addon's own threads: one lazy pool per process, shared by all environments, so that the
// addon's work does not queue in libuv's pool. There are no threads before the first Submit, and a
// thread without work sleeps.
#pragma once

#include <memory>

namespace hermetic::threads {

// Job is a piece of work. Run is called once for each Submit, on a pool thread.
class Job {
 public:
  virtual ~Job() = default;
  virtual void Run(std::shared_ptr<Job> self) noexcept = 0;
};

// Submit queues a job, first come first served. It returns false, and drops the job, if no thread
// could be started at all or memory ran out.
bool Submit(std::shared_ptr<Job> job) noexcept;

// HasWaiting returns whether a job waits for a thread. A long job then makes room, and submits
// itself again.
bool HasWaiting();

// NumThreads returns the number of threads that the pool grows to: the number set by SetNumThreads,
// or else AvailableProcessors. SetNumThreads(0) restores the latter. Threads above the number end
// after their job.
unsigned NumThreads();
void SetNumThreads(unsigned num_threads);

}  // namespace hermetic::threads
