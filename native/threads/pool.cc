// The pool is never destroyed: its threads may outlive every environment and still be running when
// the process exits, so neither the queue nor its lock may be taken from under them. The addon is
// never unloaded (-z nodelete).
#include "native/threads/pool.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

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
    std::lock_guard lock(mutex_);
    if (num_idle_ <= queue_.size() && num_threads_ < NumThreads() && !StartThread() &&
        num_threads_ == 0) {
      return false;
    }
    queue_.push_back(std::move(job));
    wake_.notify_one();
    return true;
  }

 private:
  bool StartThread() {
    try {
      std::thread([this] { Work(); }).detach();
    } catch (const std::system_error&) {
      return false;
    }
    ++num_threads_;
    return true;
  }

  std::shared_ptr<Job> Next() {
    std::unique_lock lock(mutex_);
    ++num_idle_;
    wake_.wait(lock, [this] { return !queue_.empty(); });
    --num_idle_;
    std::shared_ptr<Job> job = std::move(queue_.front());
    queue_.pop_front();
    return job;
  }

  [[noreturn]] void Work() {
    SetUpPoolThread();
    for (;;) {
      std::shared_ptr<Job> job = Next();
      if (!job->IsCancelled()) job->Run();
      Job& running = *job;
      running.Finished(std::move(job));
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::shared_ptr<Job>> queue_;
  size_t num_idle_ = 0;
  unsigned num_threads_ = 0;
};

}  // namespace

bool Submit(std::shared_ptr<Job> job) { return Pool::Shared().Submit(std::move(job)); }

unsigned NumThreads() { return std::max(1U, std::thread::hardware_concurrency()); }

}  // namespace hermetic::threads
