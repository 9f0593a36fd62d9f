// SettingsLock orders the changes of a context's settings and the handshakes that read them on
// other threads. The thread of the context reads without it, because it alone changes them.
#pragma once

#include <mutex>
#include <shared_mutex>

namespace hermetic::tls {

// The names are those of std::unique_lock and std::shared_lock. A change waits for the handshakes
// that run; those that come later wait for the change, however many there are.
class SettingsLock {
 public:
  void lock() {
    turn_.lock();
    mutex_.lock();
  }
  void unlock() {
    mutex_.unlock();
    turn_.unlock();
  }
  void lock_shared() {
    const std::lock_guard turn(turn_);
    mutex_.lock_shared();
  }
  void unlock_shared() { mutex_.unlock_shared(); }

 private:
  std::mutex turn_;  // std::shared_mutex may prefer readers for ever
  std::shared_mutex mutex_;
};

}  // namespace hermetic::tls
