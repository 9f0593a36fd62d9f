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

// MailboxItem is work that another thread does and that ends on the JS thread.
class MailboxItem {
 public:
  MailboxItem() = default;
  virtual ~MailboxItem() = default;
  MailboxItem(const MailboxItem&) = delete;
  MailboxItem& operator=(const MailboxItem&) = delete;

  // Arrive ends the work. It may append [function, argument] to the batch, which JavaScript gets at
  // once for all items that have arrived. JS thread only.
  virtual void Arrive(Napi::Env env, std::vector<napi_value>* batch) = 0;

  // Stop ends the work soon; its result is no longer needed. JS thread only.
  virtual void Stop(std::shared_ptr<MailboxItem> self) noexcept = 0;

  // Deliver sends the item to the JS thread. Any thread, once; the item must not use its own
  // members afterwards.
  static void Deliver(std::shared_ptr<MailboxItem> self) noexcept;

 private:
  friend class Mailbox;
  std::shared_ptr<Mailbox> mailbox_;
};

// AsyncTask is work whose result resolves a promise.
class AsyncTask : public MailboxItem {
 public:
  // Settle returns the value, or the error record, that the promise resolves to. JS thread only.
  virtual Napi::Value Settle(Napi::Env env) = 0;

  void Arrive(Napi::Env env, std::vector<napi_value>* batch) final;

  // Promise makes the promise. Call it after the work has started, because a promise that is never
  // settled is never freed. JS thread only.
  Napi::Promise Promise(Napi::Env env);

 private:
  std::optional<Napi::Promise::Deferred> deferred_;
};

class Mailbox : public std::enable_shared_from_this<Mailbox> {
 public:
  // Expect registers an item that is about to start, and Forget removes one that could not start.
  // JS thread only.
  void Expect(Napi::Env env, const std::shared_ptr<MailboxItem>& item);
  void Forget(Napi::Env env, const std::shared_ptr<MailboxItem>& item);

  // TakeBatches sets the function that is called with each batch, a flat array of functions and
  // arguments, which it calls. It must not throw. JS thread only.
  void TakeBatches(Napi::Function take) { take_batch_ = Napi::Persistent(take); }

  // Close stops the pending items and drops their results. Called when the environment ends. JS
  // thread only.
  void Close();

 private:
  friend class MailboxItem;
  void Receive(std::shared_ptr<MailboxItem> item);
  bool Open(Napi::Env env);
  void TakeAll(Napi::Env env);
  void Report(Napi::Env env, const std::vector<napi_value>& batch);
  static void OnCall(napi_env env, napi_value callback, void* context, void* data);

  napi_threadsafe_function function_ = nullptr;  // JS thread only, except for calling it
  Napi::FunctionReference take_batch_;           // JS thread only
  std::mutex mutex_;                             // guards the members below
  bool closed_ = false;
  std::vector<std::shared_ptr<MailboxItem>> finished_;
  std::unordered_set<std::shared_ptr<MailboxItem>> items_;  // pending, so that Close can stop them
};

}  // namespace hermetic::napi
