// The addon's own threads: one lazy pool per process, shared by all environments, so that the
// addon's work does not queue in libuv's pool. There are no threads before the first Submit, and a
// thread without work sleeps.
#pragma once

#include <cstdint>
#include <memory>

namespace hermetic::threads {

// Job is a piece of work. Run is called once for each Submit, on a pool thread.
class Job {
 public:
  virtual ~Job() = default;
  virtual void Run(std::shared_ptr<Job> self) noexcept = 0;
};

// Urgency orders the jobs. A job of a handshake takes about a millisecond, and a peer waits for it:
// it comes before the jobs of the other kind, but of nine jobs that begin, one is ordinary while
// such jobs wait. While each thread of the number is in an ordinary job, which may be a long one,
// there is one thread more for the handshakes.
enum class Urgency : uint8_t { kOrdinary, kHandshake };

// Submit queues a job, first come first served among those of its urgency. It returns false, and
// drops the job, if no thread could be started at all or memory ran out.
bool Submit(std::shared_ptr<Job> job, Urgency urgency = Urgency::kOrdinary) noexcept;

// HasWaiting returns whether a job waits for a thread. A long job then makes room, and submits
// itself again.
bool HasWaiting();

// NumThreads returns the number of threads that the pool grows to: the number set by SetNumThreads,
// or else AvailableProcessors. SetNumThreads(0) restores the latter. Threads above the number end
// after their job, except for the one that handshakes may have in addition.
unsigned NumThreads();
void SetNumThreads(unsigned num_threads);

}  // namespace hermetic::threads
