// What all work on threads shares: how it is started, memory of JavaScript's for a key, and
// cancellation.
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

// Output is the Buffer that gets the key: at the end, since JavaScript may change or detach its
// buffers, and may end, while a derivation runs.
class Output {
 public:
  // The last owner may be a pool thread, where no reference can be deleted; an environment that
  // ends deletes its own.
  Output() { out_.SuppressDestruct(); }

  // Set names the Buffer, once the work has started, and keeps it until Settle. JS thread only.
  void Set(const Napi::Object& out) { out_.Reset(out, 1); }

  // Settle copies the key, unless the Buffer is gone, and lets the Buffer go. JS thread only, once.
  void Settle(ByteView key) {
    const Napi::Object target = out_.Value();
    out_.Reset();
    const MutableByteView out = BytesOf(target, "out");
    std::copy_n(key.begin(), std::min(key.size(), out.size()), out.begin());
  }

 private:
  Napi::ObjectReference out_;
};

// Cancellation is empty until a task starts with it, and again when the task has gone.
using Cancellation = std::weak_ptr<AsyncTask>;
inline constexpr HandleKind kCancellation = {
    {0x1f6c92ae50d37b84, 0xe4087b5d3a21c96f}, "cancellation", 64};

// CancellationArgument is null for one that is left out.
inline Cancellation* CancellationArgument(const Napi::CallbackInfo& info, size_t index) {
  return IsMissing(info, index) ? nullptr
                                : &HandleArgument<Cancellation>(info, index, kCancellation);
}

// StartTask makes a task and starts it, and gives its promise; or the record of why it could not be
// started, which leaves nothing behind. `start` gives a Status; `begun` is called with a task that
// has started.
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

// StartDerivation starts a task with SetOut, which gets the Buffer.
template <typename MakeTask, typename Start>
Napi::Value StartDerivation(const Napi::Object& out, Cancellation* cancellation, MakeTask make,
                            Start start) {
  return StartTask(out.Env(), cancellation, make, start, [&](auto& task) { task.SetOut(out); });
}

// Queue counts a job of the pool among the pending derivations and queues it. The job calls
// kdf::Scheduler::Dismiss when it has ended.
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
