// The pool's order of jobs and its number of threads. Prints a line for each thing that is wrong.
#include "native/threads/pool.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>

using hermetic::threads::HasWaiting;
using hermetic::threads::Job;
using hermetic::threads::SetNumThreads;
using hermetic::threads::Submit;
using hermetic::threads::Urgency;

namespace {

constexpr auto kPatience = std::chrono::seconds(20);
std::atomic<int> failures = 0;

void Check(bool is_right, const char* what) {
  if (is_right) return;
  ++failures;
  std::printf("wrong: %s\n", what);
}

// Watch counts the jobs that run and that have run. Ordinary jobs wait inside until they may end.
class Watch {
 public:
  void Run(Urgency urgency, bool stays) {
    std::unique_lock lock(mutex_);
    const bool is_ordinary = urgency == Urgency::kOrdinary;
    order_ += is_ordinary ? 'o' : 'h';
    if (!is_ordinary) threads_.insert(std::this_thread::get_id());
    ++num_running_;
    if (is_ordinary) most_ordinary_ = std::max(most_ordinary_, ++num_ordinary_);
    changed_.notify_all();
    if (stays) changed_.wait(lock, [this] { return is_open_; });
    if (is_ordinary) --num_ordinary_;
    --num_running_;
    ++num_done_;
    changed_.notify_all();
  }

  void Open() {
    const std::lock_guard lock(mutex_);
    is_open_ = true;
    changed_.notify_all();
  }

  bool WaitForRunning(int count) {
    return WaitFor([=, this] { return num_running_ == count; });
  }
  bool WaitForDone(int count) {
    return WaitFor([=, this] { return num_done_ == count; });
  }

  std::string order() {
    const std::lock_guard lock(mutex_);
    return order_;
  }
  size_t num_threads() {
    const std::lock_guard lock(mutex_);
    return threads_.size();
  }
  int most_ordinary() {
    const std::lock_guard lock(mutex_);
    return most_ordinary_;
  }

 private:
  bool WaitFor(const std::function<bool()>& holds) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, holds);
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_open_ = false;
  int num_running_ = 0;
  int num_ordinary_ = 0;
  int most_ordinary_ = 0;
  int num_done_ = 0;
  std::string order_;
  std::set<std::thread::id> threads_;  // of the handshakes
};

class WatchedJob final : public Job {
 public:
  WatchedJob(std::shared_ptr<Watch> watch, Urgency urgency, bool stays)
      : watch_(std::move(watch)), urgency_(urgency), stays_(stays) {}
  void Run(std::shared_ptr<Job> /*self*/) noexcept override { watch_->Run(urgency_, stays_); }

 private:
  std::shared_ptr<Watch> watch_;
  Urgency urgency_;
  bool stays_;
};

void Start(const std::shared_ptr<Watch>& watch, Urgency urgency, bool stays) {
  Check(Submit(std::make_shared<WatchedJob>(watch, urgency, stays), urgency), "a job was refused");
}

void TestOrder() {
  SetNumThreads(1);
  const auto watch = std::make_shared<Watch>();
  Start(watch, Urgency::kHandshake, true);
  Check(watch->WaitForRunning(1), "the first job did not start");
  Start(watch, Urgency::kOrdinary, false);
  Start(watch, Urgency::kOrdinary, false);
  Start(watch, Urgency::kHandshake, false);
  Check(HasWaiting(), "no job waits");
  Check(watch->order() == "h", "a second thread although one is wanted");
  watch->Open();
  Check(watch->WaitForDone(4), "a job was lost");
  Check(watch->order() == "hhoo", "a handshake was not first");
}

void TestLongJobs() {
  SetNumThreads(2);
  const auto watch = std::make_shared<Watch>();
  for (int i = 0; i < 4; ++i) Start(watch, Urgency::kOrdinary, true);
  Check(watch->WaitForRunning(2), "two threads did not start");
  for (int i = 0; i < 100; ++i) Start(watch, Urgency::kHandshake, false);
  Check(watch->WaitForDone(100), "handshakes waited for long jobs");
  Check(watch->num_threads() == 1, "handshakes had more than one thread in addition");
  Check(watch->order().substr(0, 3) == "ooh", "an ordinary job had the thread in addition");
  watch->Open();
  Check(watch->WaitForDone(104), "an ordinary job was lost");
  Check(watch->most_ordinary() == 2, "more ordinary jobs at once than threads wanted");
}

// StormJob is a handshake that is followed by another one, until the storm is over.
class StormJob final : public Job {
 public:
  explicit StormJob(std::shared_ptr<std::atomic<bool>> is_over) : is_over_(std::move(is_over)) {}
  void Run(std::shared_ptr<Job> self) noexcept override {
    if (!*is_over_) Check(Submit(std::move(self), Urgency::kHandshake), "a handshake was refused");
  }

 private:
  std::shared_ptr<std::atomic<bool>> is_over_;
};

// Handshakes that never end do not keep the other jobs from running.
void TestStorm() {
  SetNumThreads(1);
  const auto is_over = std::make_shared<std::atomic<bool>>(false);
  for (int i = 0; i < 4; ++i)
    Check(Submit(std::make_shared<StormJob>(is_over), Urgency::kHandshake), "no storm");
  const auto watch = std::make_shared<Watch>();
  for (int i = 0; i < 20; ++i) Start(watch, Urgency::kOrdinary, false);
  Check(watch->WaitForDone(20), "ordinary jobs starved");
  *is_over = true;
}

// An ordinary job in its turn, which may be a long one, does not hold up the handshakes after it.
void TestLongJobInStorm() {
  SetNumThreads(1);
  const auto first = std::make_shared<Watch>();
  const auto watch = std::make_shared<Watch>();
  Start(first, Urgency::kHandshake, true);
  Check(first->WaitForRunning(1), "the first handshake did not start");
  Start(watch, Urgency::kOrdinary, true);
  for (int i = 0; i < 100; ++i) Start(watch, Urgency::kHandshake, false);
  first->Open();
  Check(watch->WaitForDone(100), "handshakes waited for a long job");
  watch->Open();
  Check(watch->WaitForDone(101), "the long job was lost");
}

// The thread in addition does not remain as one more thread for ordinary jobs.
void TestNumberAfterwards() {
  const auto watch = std::make_shared<Watch>();
  for (int i = 0; i < 6; ++i) Start(watch, Urgency::kOrdinary, true);
  Check(watch->WaitForRunning(2), "two threads did not go on");
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  watch->Open();
  Check(watch->WaitForDone(6), "an ordinary job was lost after the long ones");
  Check(watch->most_ordinary() == 2, "a thread in addition for ordinary jobs");
}

void TestFewerThreads() {
  SetNumThreads(4);
  const auto watch = std::make_shared<Watch>();
  for (int i = 0; i < 4; ++i) Start(watch, Urgency::kOrdinary, true);
  Check(watch->WaitForRunning(4), "four threads did not start");
  SetNumThreads(1);
  Start(watch, Urgency::kHandshake, false);
  watch->Open();
  Check(watch->WaitForDone(5), "a job was lost while threads ended");
  SetNumThreads(0);
}

}  // namespace

int main() {
  TestOrder();
  TestLongJobs();
  TestNumberAfterwards();
  TestStorm();
  TestLongJobInStorm();
  TestFewerThreads();
  std::printf("%d failures\n", failures.load());
  std::fflush(stdout);
  return 0;
}
