// Mailbox carries finished work from pool threads back to the thread of one JS environment. It has
// the environment's only thread-safe function, made at the first use and referenced only while work
// is pending.
#pragma once

#include <napi.h>

#include <memory>
#include <mutex>
#include <unordered_set>
#include <vector>

#include "native/threads/pool.h"

namespace hermetic::glue {

class Mailbox;

// AsyncTask is a job whose result goes to a promise. Execute runs on a pool thread and touches no
// JS value; Settle runs on the JS thread afterwards and gives the value, or the error record, that
// the promise resolves to.
class AsyncTask : public threads::Job {
 public:
  explicit AsyncTask(Napi::Env env) : deferred_(Napi::Promise::Deferred::New(env)) {}
  virtual void Execute() noexcept = 0;
  virtual Napi::Value Settle(Napi::Env env) = 0;

  void Run() noexcept final { Execute(); }
  void Finished(std::shared_ptr<threads::Job> self) noexcept final;

 private:
  friend class Mailbox;
  Napi::Promise::Deferred deferred_;
  std::shared_ptr<Mailbox> mailbox_;
};

class Mailbox : public std::enable_shared_from_this<Mailbox> {
 public:
  // Start submits the task and gives its promise. JS thread only.
  Napi::Promise Start(Napi::Env env, std::shared_ptr<AsyncTask> task);

  // Close cancels what is queued or running and lets its results fall. Called when the environment
  // ends; work that is running goes on without it to its next look at IsCancelled. JS thread only.
  void Close();

 private:
  friend class AsyncTask;
  void Deliver(std::shared_ptr<AsyncTask> task);
  bool Open(Napi::Env env);
  void SettleAll(Napi::Env env);
  void SettleOne(Napi::Env env, AsyncTask& task);
  static void OnCall(napi_env env, napi_value callback, void* context, void* data);

  std::mutex mutex_;  // guards what follows, down to tasks_
  bool closed_ = false;
  napi_threadsafe_function function_ = nullptr;
  std::vector<std::shared_ptr<AsyncTask>> finished_;
  std::unordered_set<std::shared_ptr<AsyncTask>> tasks_;  // pending, so that Close can cancel them
};

}  // namespace hermetic::glue
