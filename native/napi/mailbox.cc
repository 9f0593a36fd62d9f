// See mailbox.h.
#include "native/napi/mailbox.h"

#include <cstdint>
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

void MailboxItem::Deliver(std::shared_ptr<MailboxItem> self) noexcept {
  const std::shared_ptr<Mailbox> mailbox = self->mailbox_;
  mailbox->Receive(std::move(self));
}

// A promise that an ending environment refuses to settle stays pending.
void AsyncTask::Arrive(Napi::Env env, std::vector<napi_value>* /*batch*/) {
  const Napi::HandleScope scope(env);
  if (!deferred_.has_value()) return;
  try {
    deferred_->Resolve(Settle(env));
  } catch (const Napi::Error& error) {
    deferred_->Reject(error.Value());
  }
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

void Mailbox::Expect(Napi::Env env, const std::shared_ptr<MailboxItem>& item) {
  if (!Open(env)) ThrowContract(env, "the thread-safe function could not be made");
  item->mailbox_ = shared_from_this();
  const std::lock_guard lock(mutex_);
  items_.insert(item);
  if (items_.size() == 1) napi_ref_threadsafe_function(env, function_);
}

void Mailbox::Forget(Napi::Env env, const std::shared_ptr<MailboxItem>& item) {
  const std::lock_guard lock(mutex_);
  items_.erase(item);
  if (items_.empty()) napi_unref_threadsafe_function(env, function_);
}

void Mailbox::Receive(std::shared_ptr<MailboxItem> item) {
  const std::lock_guard lock(mutex_);
  if (closed_) return;
  const bool was_empty = finished_.empty();
  finished_.push_back(std::move(item));
  if (was_empty) napi_call_threadsafe_function(function_, nullptr, napi_tsfn_nonblocking);
}

void Mailbox::OnCall(napi_env env, napi_value /*callback*/, void* context, void* /*data*/) {
  if (env == nullptr) return;
  static_cast<Mailbox*>(context)->TakeAll(env);
}

// An environment that is being terminated refuses every call. The rest of the work is then dropped,
// which no code can observe any more; an exception that left the callback would end the process.
void Mailbox::TakeAll(Napi::Env env) {
  std::vector<std::shared_ptr<MailboxItem>> finished;
  {
    std::lock_guard lock(mutex_);
    finished.swap(finished_);
    for (const auto& item : finished) items_.erase(item);
    if (items_.empty()) napi_unref_threadsafe_function(env, function_);
  }
  const Napi::HandleScope scope(env);
  std::vector<napi_value> batch;
  for (const auto& item : finished) {
    try {
      item->Arrive(env, &batch);
    } catch (const std::exception& refused) {  // Napi::Error, or no memory
      static_cast<void>(refused);
    }
  }
  if (!batch.empty()) Report(env, batch);
}

void Mailbox::Report(Napi::Env env, const std::vector<napi_value>& batch) {
  try {
    Napi::Array list = Napi::Array::New(env, batch.size());
    for (uint32_t i = 0; i < batch.size(); ++i) list.Set(i, batch[i]);
    take_batch_.Call({list});
  } catch (const std::exception& refused) {
    static_cast<void>(refused);
  }
}

void Mailbox::Close() {
  std::unordered_set<std::shared_ptr<MailboxItem>> pending;
  std::vector<std::shared_ptr<MailboxItem>> finished;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    pending.swap(items_);
    finished.swap(finished_);
  }
  // Called without the lock, because a stopped item may deliver at once.
  for (const auto& item : pending) item->Stop(item);
  take_batch_.Reset();
}

}  // namespace hermetic::napi
