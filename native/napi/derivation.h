// Shared by all work on threads: its start, the Buffer for a key, and cancellation.
#pragma once

#include <napi.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <new>
#include <utility>

#include "native/base/bytes.h"
#include "native/base/error.h"
#include "native/base/result.h"
#include "native/kdf/scheduler.h"
#include "native/napi/convert.h"
#include "native/napi/environment.h"
#include "native/napi/error_record.h"
#include "native/napi/handle.h"
#include "native/napi/mailbox.h"
#include "native/threads/pool.h"

namespace hermetic::napi {

// Output is the Buffer that receives the key. The key is copied at the end, because JavaScript may
// change or detach its buffers, and may end, while a derivation runs.
class Output {
 public:
  // The last owner may be a pool thread, which cannot delete a reference; an environment that ends
  // deletes its own references.
  Output() { out_.SuppressDestruct(); }

  // Set holds the Buffer, after the work has started, until Settle. JS thread only.
  void Set(const Napi::Object& out) { out_.Reset(out, 1); }

  // Settle copies the key, unless the Buffer is gone, and releases the Buffer. JS thread only,
  // once.
  void Settle(ByteView key) {
    const Napi::Object target = out_.Value();
    out_.Reset();
    const MutableByteView out = BytesOf(target, "out");
    std::copy_n(key.begin(), std::min(key.size(), out.size()), out.begin());
  }

 private:
  Napi::ObjectReference out_;
};

// Cancellation is empty until a task starts with it, and again after the task is gone.
using Cancellation = std::weak_ptr<AsyncTask>;
inline constexpr HandleKind kCancellation = {
    {0x1f6c92ae50d37b84, 0xe4087b5d3a21c96f}, "cancellation", 64};

// CancellationArgument returns null if the argument is left out.
inline Cancellation* CancellationArgument(const Napi::CallbackInfo& info, size_t index) {
  return IsMissing(info, index) ? nullptr
                                : &HandleArgument<Cancellation>(info, index, kCancellation);
}

// StartTask makes and starts a task, and returns its promise. If the task could not be started, it
// returns the error record and leaves nothing behind. `start` returns a Status; `begun` is called
// with a task that has started.
template <typename MakeTask, typename Start, typename Begun>
Napi::Value StartTask(Napi::Env env, Cancellation* cancellation, MakeTask make, Start start,
                      Begun begun) {
  Mailbox& mailbox = Environment::Of(env).mailbox();
  decltype(make()) task;
  Status started = Ok();
  try {
    task = make();
    mailbox.Expect(env, task);
    started = start(task);
  } catch (const std::bad_alloc&) {
    started = SystemError(ENOMEM, "malloc", "");
  }
  if (!started.ok()) {
    if (task != nullptr) mailbox.Forget(env, task);
    return ToRecord(env, started.error());
  }
  if (cancellation != nullptr) *cancellation = task;
  begun(*task);
  return task->Promise(env);
}

// StartDerivation starts a task that has SetOut, which receives the Buffer.
template <typename MakeTask, typename Start>
Napi::Value StartDerivation(const Napi::Object& out, Cancellation* cancellation, MakeTask make,
                            Start start) {
  return StartTask(out.Env(), cancellation, make, start, [&](auto& task) { task.SetOut(out); });
}

// Queue queues a job of the pool and counts it among the pending derivations. The job calls
// kdf::Scheduler::Dismiss at its end.
inline Status Queue(std::shared_ptr<threads::Job> job) {
  kdf::Scheduler& scheduler = kdf::Scheduler::Shared();
  Status admitted = scheduler.Admit();
  if (!admitted.ok()) return admitted;
  if (threads::Submit(std::move(job))) return Ok();
  scheduler.Dismiss();
  return SystemError(EAGAIN, "pthread_create", "");
}

// StartOnPool starts a task that is a job of the pool.
template <typename MakeTask>
Napi::Value StartOnPool(Napi::Env env, Cancellation* cancellation, MakeTask make) {
  return StartTask(
      env, cancellation, make, [](const auto& task) { return Queue(task); }, [](const auto&) {});
}

}  // namespace hermetic::napi
