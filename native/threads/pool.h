// The addon's own threads: one lazy pool per process, shared by all environments, so that nothing
// of ours queues in libuv's pool. No thread exists before the first Submit, and a thread without
// work sleeps.
#pragma once

#include <memory>

namespace hermetic::threads {

// Job is a piece of work. Run is called once for each Submit, on a pool thread.
class Job {
 public:
  virtual ~Job() = default;
  virtual void Run(std::shared_ptr<Job> self) noexcept = 0;
};

// Submit queues a job, first come first served. Returns false, and forgets the job, when no thread
// could be started at all or memory ran out.
bool Submit(std::shared_ptr<Job> job) noexcept;

// HasWaiting tells whether a job waits for a thread: a job that runs for long then makes room, and
// submits itself again.
bool HasWaiting();

// NumThreads is the number of threads that the pool grows to: what SetNumThreads said, or else
// AvailableProcessors. SetNumThreads(0) goes back to that; threads above the number end after their
// job.
unsigned NumThreads();
void SetNumThreads(unsigned num_threads);

}  // namespace hermetic::threads
