// See mailbox.h.
#include "native/napi/mailbox.h"

#include <exception>
#include <memory>
#include <mutex>
#include <unordered_set>
#include <utility>
#include <vector>

#include "native/napi/throw.h"

namespace hermetic::napi {
namespace {

void OnEnvironmentEnd(void* data) {
  auto* mailbox = static_cast<std::shared_ptr<Mailbox>*>(data);
  (*mailbox)->Close();
  delete mailbox;
}

}  // namespace

void AsyncTask::Deliver(std::shared_ptr<AsyncTask> self) noexcept {
  const std::shared_ptr<Mailbox> mailbox = self->mailbox_;
  mailbox->Receive(std::move(self));
}

Napi::Promise AsyncTask::Promise(Napi::Env env) {
  return deferred_.emplace(Napi::Promise::Deferred::New(env)).Promise();
}

// The order matters. The runtime runs clean-up hooks last in, first out. Ours is added after the
// thread-safe function was made, and so closes the mailbox before the function goes away.
bool Mailbox::Open(Napi::Env env) {
  if (function_ != nullptr) return true;
  const napi_value name = Napi::String::New(env, "hermetic-ssl");
  const napi_status status = napi_create_threadsafe_function(
      env, nullptr, nullptr, name, 0, 1, nullptr, nullptr, this, &Mailbox::OnCall, &function_);
  if (status != napi_ok) return false;
  napi_unref_threadsafe_function(env, function_);
  napi_add_env_cleanup_hook(env, OnEnvironmentEnd,
                            new std::shared_ptr<Mailbox>(shared_from_this()));
  return true;
}

void Mailbox::Expect(Napi::Env env, const std::shared_ptr<AsyncTask>& task) {
  if (!Open(env)) ThrowContract(env, "the thread-safe function could not be made");
  task->mailbox_ = shared_from_this();
  const std::lock_guard lock(mutex_);
  tasks_.insert(task);
  if (tasks_.size() == 1) napi_ref_threadsafe_function(env, function_);
}

void Mailbox::Forget(Napi::Env env, const std::shared_ptr<AsyncTask>& task) {
  const std::lock_guard lock(mutex_);
  tasks_.erase(task);
  if (tasks_.empty()) napi_unref_threadsafe_function(env, function_);
}

void Mailbox::Receive(std::shared_ptr<AsyncTask> task) {
  const std::lock_guard lock(mutex_);
  if (closed_) return;
  const bool was_empty = finished_.empty();
  finished_.push_back(std::move(task));
  if (was_empty) napi_call_threadsafe_function(function_, nullptr, napi_tsfn_nonblocking);
}

void Mailbox::OnCall(napi_env env, napi_value /*callback*/, void* context, void* /*data*/) {
  if (env == nullptr) return;
  static_cast<Mailbox*>(context)->SettleAll(env);
}

void Mailbox::SettleAll(Napi::Env env) {
  std::vector<std::shared_ptr<AsyncTask>> finished;
  {
    std::lock_guard lock(mutex_);
    finished.swap(finished_);
    for (const auto& task : finished) tasks_.erase(task);
    if (tasks_.empty()) napi_unref_threadsafe_function(env, function_);
  }
  for (const auto& task : finished) SettleOne(env, *task);
}

// An environment that is being terminated refuses every call, including Reject. Its promise stays
// pending, which no code can observe any more; an exception that left the callback would end the
// process.
void Mailbox::SettleOne(Napi::Env env, AsyncTask& task) {
  const Napi::HandleScope scope(env);
  if (!task.deferred_.has_value()) return;
  try {
    try {
      task.deferred_->Resolve(task.Settle(env));
    } catch (const Napi::Error& error) {
      task.deferred_->Reject(error.Value());
    }
  } catch (const std::exception& refused) {  // Napi::Error, or no memory
    static_cast<void>(refused);
  }
}

void Mailbox::Close() {
  std::unordered_set<std::shared_ptr<AsyncTask>> pending;
  std::vector<std::shared_ptr<AsyncTask>> finished;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    pending.swap(tasks_);
    finished.swap(finished_);
  }
  // Called without the lock, because a stopped task may deliver at once.
  for (const auto& task : pending) task->Stop(task);
}

}  // namespace hermetic::napi
