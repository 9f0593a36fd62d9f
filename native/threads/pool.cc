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

  bool Submit(std::shared_ptr<Job> job) {
    const std::lock_guard lock(mutex_);
    queue_.push_back(std::move(job));
    if (num_idle_ < queue_.size() && num_threads_ < num_wanted_ && !StartThread() &&
        num_threads_ == 0) {
      queue_.pop_back();
      return false;
    }
    wake_.notify_one();
    return true;
  }

  bool HasWaiting() {
    const std::lock_guard lock(mutex_);
    return !queue_.empty();
  }

  unsigned NumThreads() const { return num_wanted_; }

  void SetNumThreads(unsigned num_threads) {
    const std::lock_guard lock(mutex_);
    num_wanted_ = num_threads == 0 ? AvailableProcessors() : num_threads;
    for (size_t i = num_idle_; i < queue_.size() && num_threads_ < num_wanted_; ++i) {
      if (!StartThread()) break;
    }
    wake_.notify_all();  // surplus threads end
  }

 private:
  bool StartThread() {
    try {
      std::thread([this] { Work(); }).detach();
    } catch (const std::exception&) {  // std::system_error, or no memory
      return false;
    }
    ++num_threads_;
    return true;
  }

  // Next returns null for a surplus thread.
  std::shared_ptr<Job> Next() {
    std::unique_lock lock(mutex_);
    ++num_idle_;
    wake_.wait(lock, [this] { return !queue_.empty() || num_threads_ > num_wanted_; });
    --num_idle_;
    if (num_threads_ > num_wanted_) {
      --num_threads_;
      wake_.notify_one();  // the call that woke this thread may have been for a job
      return nullptr;
    }
    std::shared_ptr<Job> job = std::move(queue_.front());
    queue_.pop_front();
    return job;
  }

  void Work() {
    SetUpPoolThread();
    while (std::shared_ptr<Job> job = Next()) {
      Job& running = *job;
      running.Run(std::move(job));
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::shared_ptr<Job>> queue_;
  size_t num_idle_ = 0;
  unsigned num_threads_ = 0;
  std::atomic<unsigned> num_wanted_ = AvailableProcessors();
};

}  // namespace

bool Submit(std::shared_ptr<Job> job) noexcept {
  try {
    return Pool::Shared().Submit(std::move(job));
  } catch (const std::exception&) {
    return false;
  }
}

bool HasWaiting() { return Pool::Shared().HasWaiting(); }

unsigned NumThreads() { return Pool::Shared().NumThreads(); }

void SetNumThreads(unsigned num_threads) { Pool::Shared().SetNumThreads(num_threads); }

}  // namespace hermetic::threads
