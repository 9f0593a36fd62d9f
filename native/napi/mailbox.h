// Mailbox carries finished work from other threads back to the thread of one JS environment. It has
// the environment's only thread-safe function, made at the first use and referenced only while work
// is pending.
#pragma once

#include <napi.h>

#include <memory>
#include <mutex>
#include <optional>
#include <unordered_set>
#include <vector>

namespace hermetic::napi {

class Mailbox;

// AsyncTask is work whose result resolves a promise.
class AsyncTask {
 public:
  AsyncTask() = default;
  virtual ~AsyncTask() = default;
  AsyncTask(const AsyncTask&) = delete;
  AsyncTask& operator=(const AsyncTask&) = delete;

  // Settle returns the value, or the error record, that the promise resolves to. JS thread only.
  virtual Napi::Value Settle(Napi::Env env) = 0;

  // Stop ends the work soon; its result is no longer needed. JS thread only.
  virtual void Stop(std::shared_ptr<AsyncTask> self) noexcept = 0;

  // Deliver sends the task to the JS thread, which settles the promise. Any thread, once; the task
  // must not use its own members afterwards.
  static void Deliver(std::shared_ptr<AsyncTask> self) noexcept;

  // Promise makes the promise. Call it after the work has started, because a promise that is never
  // settled is never freed. JS thread only.
  Napi::Promise Promise(Napi::Env env);

 private:
  friend class Mailbox;
  std::optional<Napi::Promise::Deferred> deferred_;
  std::shared_ptr<Mailbox> mailbox_;
};

class Mailbox : public std::enable_shared_from_this<Mailbox> {
 public:
  // Expect registers a task that is about to start, and Forget removes one that could not start. JS
  // thread only.
  void Expect(Napi::Env env, const std::shared_ptr<AsyncTask>& task);
  void Forget(Napi::Env env, const std::shared_ptr<AsyncTask>& task);

  // Close stops the pending tasks and drops their results. Called when the environment ends. JS
  // thread only.
  void Close();

 private:
  friend class AsyncTask;
  void Receive(std::shared_ptr<AsyncTask> task);
  bool Open(Napi::Env env);
  void SettleAll(Napi::Env env);
  void SettleOne(Napi::Env env, AsyncTask& task);
  static void OnCall(napi_env env, napi_value callback, void* context, void* data);

  napi_threadsafe_function function_ = nullptr;  // JS thread only, except for calling it
  std::mutex mutex_;                             // guards the members below
  bool closed_ = false;
  std::vector<std::shared_ptr<AsyncTask>> finished_;
  std::unordered_set<std::shared_ptr<AsyncTask>> tasks_;  // pending, so that Close can stop them
};

}  // namespace hermetic::napi
