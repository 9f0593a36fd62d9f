// The pool is never destroyed: its threads may outlive every environment and still run when the
// process exits, so the queue and its lock must remain. The addon is never unloaded (-z nodelete).
#include "native/threads/pool.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "native/threads/processors.h"
#include "native/threads/thread_setup.h"

namespace hermetic::threads {
namespace {

class Pool {
 public:
  static Pool& Shared() {
    static Pool* const kPool = new Pool;
    return *kPool;
  }

  bool Submit(std::shared_ptr<Job> job, Urgency urgency) {
    const std::lock_guard lock(mutex_);
    const bool is_urgent = urgency == Urgency::kHandshake;
    Queue& queue = is_urgent ? urgent_ : ordinary_;
    queue.push_back(std::move(job));
    const unsigned most = is_urgent ? MostThreads() : num_wanted_.load();
    if (num_idle_ < NumWaiting() && num_threads_ < most && !StartThread() && num_threads_ == 0) {
      queue.pop_back();
      return false;
    }
    wake_.notify_one();
    return true;
  }

  bool HasWaiting() {
    const std::lock_guard lock(mutex_);
    return NumWaiting() > 0;
  }

  unsigned NumThreads() const { return num_wanted_; }

  void SetNumThreads(unsigned num_threads) {
    const std::lock_guard lock(mutex_);
    num_wanted_ = num_threads == 0 ? AvailableProcessors() : num_threads;
    for (size_t i = num_idle_; i < NumWaiting() && num_threads_ < num_wanted_; ++i) {
      if (!StartThread()) break;
    }
    wake_.notify_all();  // surplus threads end
  }

 private:
  using Queue = std::deque<std::shared_ptr<Job>>;

  static constexpr unsigned kMostPassed = 8;

  bool StartThread() {
    try {
      std::thread([this] { RunJobs(); }).detach();
    } catch (const std::exception&) {  // std::system_error, or no memory
      return false;
    }
    ++num_threads_;
    return true;
  }

  // A job with its kind.
  struct Work {
    std::shared_ptr<Job> job;
    bool is_ordinary = false;
  };

  size_t NumWaiting() const { return urgent_.size() + ordinary_.size(); }
  unsigned MostThreads() const { return num_wanted_ + (num_ordinary_ >= num_wanted_ ? 1 : 0); }
  // The thread in addition takes no ordinary job.
  bool TakesOrdinary() const { return !ordinary_.empty() && num_ordinary_ < num_wanted_; }
  bool IsOrdinaryDue() const { return TakesOrdinary() && num_passed_ >= kMostPassed; }
  bool IsSurplus() const { return num_threads_ > MostThreads(); }

  // Next returns no job to a surplus thread. `was_ordinary` is the kind of the thread's last job.
  Work Next(bool was_ordinary) {
    std::unique_lock lock(mutex_);
    if (was_ordinary) --num_ordinary_;
    ++num_idle_;
    wake_.wait(lock, [this] { return !urgent_.empty() || TakesOrdinary() || IsSurplus(); });
    --num_idle_;
    if (IsSurplus()) {
      --num_threads_;
      wake_.notify_one();  // the call that woke this thread may have been for a job
      return {};
    }
    if (urgent_.empty() || IsOrdinaryDue()) return {TakeOrdinary(), true};
    num_passed_ = ordinary_.empty() ? 0 : num_passed_ + 1;
    return {TakeFirst(urgent_), false};
  }

  // The job may be a long one, and handshakes may be waiting.
  std::shared_ptr<Job> TakeOrdinary() {
    num_passed_ = 0;
    ++num_ordinary_;
    if (num_idle_ < urgent_.size() && num_threads_ < MostThreads()) StartThread();
    return TakeFirst(ordinary_);
  }

  static std::shared_ptr<Job> TakeFirst(Queue& queue) {
    std::shared_ptr<Job> job = std::move(queue.front());
    queue.pop_front();
    return job;
  }

  void RunJobs() {
    SetUpPoolThread();
    for (Work work = Next(false); work.job; work = Next(work.is_ordinary)) {
      Job& running = *work.job;
      running.Run(std::move(work.job));
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  Queue urgent_;
  Queue ordinary_;
  size_t num_idle_ = 0;
  unsigned num_threads_ = 0;
  unsigned num_ordinary_ = 0;  // threads in ordinary jobs
  unsigned num_passed_ = 0;    // urgent jobs that began while the first ordinary job waited
  std::atomic<unsigned> num_wanted_ = AvailableProcessors();
};

}  // namespace

bool Submit(std::shared_ptr<Job> job, Urgency urgency) noexcept {
  try {
    return Pool::Shared().Submit(std::move(job), urgency);
  } catch (const std::exception&) {
    return false;
  }
}

bool HasWaiting() { return Pool::Shared().HasWaiting(); }

unsigned NumThreads() { return Pool::Shared().NumThreads(); }

void SetNumThreads(unsigned num_threads) { Pool::Shared().SetNumThreads(num_threads); }

}  // namespace hermetic::threads
