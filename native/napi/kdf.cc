// Key derivation for lib/internal/pbkdf2.ts: on the caller's thread, and on the pool.
#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <utility>

#include "native/digest/algorithms.h"
#include "native/kdf/pbkdf2.h"
#include "native/napi/convert.h"
#include "native/napi/digest.h"
#include "native/napi/domains.h"
#include "native/napi/environment.h"
#include "native/napi/error_record.h"
#include "native/napi/handle.h"
#include "native/napi/mailbox.h"
#include "native/threads/pool.h"

namespace hermetic::glue {
namespace {

using kdf::Derivation;
using openssl::ByteView;
using openssl::ErrorScope;
using openssl::MutableByteView;
using openssl::Ok;
using openssl::Result;
using openssl::SecureBytes;
using openssl::Status;

// Between two looks at IsCancelled: about 0.1 ms with SHA-256, 0.4 ms with SHA-3.
constexpr uint32_t kQuantum = 512;

kdf::Digest ToDigest(const digest::Algorithm& algorithm) {
  return {algorithm.md.get(), algorithm.name, algorithm.digest_len};
}

Status OutOfMemory() { return openssl::SystemError(ENOMEM, "malloc", ""); }

// Request is the numbers of a derivation, checked.
struct Request {
  kdf::Digest digest;
  uint32_t iterations;
};

Result<Request> RequestArguments(const Napi::CallbackInfo& info, size_t out_len) {
  const auto found = AlgorithmArgument(info, 0);
  if (!found.ok()) return found.error();
  const kdf::Digest digest = ToDigest(*found.value());
  const int64_t iterations = IntegerArgument(info, 3);
  const auto len = kdf::CheckNumbers(digest, iterations, static_cast<int64_t>(out_len));
  if (!len.ok()) return len.error();
  return Request{digest, static_cast<uint32_t>(iterations)};
}

// pbkdf2Length(hashName, iterations, dklen | undefined): checks the numbers and gives the length of
// the output.
Napi::Value Pbkdf2Length(const Napi::CallbackInfo& info) {
  const ErrorScope scope;
  const auto found = AlgorithmArgument(info, 0);
  if (!found.ok()) return ToRecord(info.Env(), found.error());
  std::optional<int64_t> dklen;
  if (!IsMissing(info, 2)) dklen = IntegerArgument(info, 2);
  const auto len = kdf::CheckNumbers(ToDigest(*found.value()), IntegerArgument(info, 1), dklen);
  if (!len.ok()) return ToRecord(info.Env(), len.error());
  return Napi::Number::New(info.Env(), static_cast<double>(len.value()));
}

Status DeriveNow(const Request& request, ByteView password, ByteView salt, MutableByteView out) {
  Result<Derivation> derivation =
      Derivation::Start(request.digest, password, salt, request.iterations, out);
  if (!derivation.ok()) return derivation.error();
  while (!derivation->IsDone()) {
    if (Status advanced = derivation->Advance(UINT32_MAX); !advanced.ok()) return advanced;
  }
  return Ok();
}

// pbkdf2Sync(hashName, password, salt, iterations, out)
Napi::Value Pbkdf2Sync(const Napi::CallbackInfo& info) {
  const ErrorScope scope;
  const MutableByteView out = BytesArgument(info, 4);
  const Result<Request> request = RequestArguments(info, out.size());
  if (!request.ok()) return ToRecord(info.Env(), request.error());
  return ToValue(info.Env(),
                 DeriveNow(request.value(), BytesArgument(info, 1), BytesArgument(info, 2), out));
}

// Pbkdf2Task derives on the pool, in memory of its own: JavaScript may change or detach its
// buffers, and may end, while a derivation runs.
class Pbkdf2Task final : public AsyncTask {
 public:
  Pbkdf2Task(const Request& request, ByteView password, ByteView salt, const Napi::Object& out)
      : AsyncTask(out.Env()),
        request_(request),
        password_(password.begin(), password.end()),
        salt_(salt.begin(), salt.end()),
        derived_len_(BytesOf(out, "out").size()),
        out_(Napi::Persistent(out)) {
    // The last owner may be a pool thread, where no reference can be deleted; an environment that
    // ends deletes its own.
    out_.SuppressDestruct();
  }

  void Execute() noexcept override {
    try {
      const ErrorScope scope;
      status_ = Derive();
    } catch (const std::bad_alloc&) {
      status_ = OutOfMemory();
    }
  }

  Napi::Value Settle(Napi::Env env) override {
    const MutableByteView out = BytesOf(out_.Value(), "out");
    out_.Reset();
    if (IsCancelled()) return ToRecord(env, openssl::StateError("the derivation was cancelled"));
    if (status_.ok())
      std::copy_n(derived_.begin(), std::min(derived_.size(), out.size()), out.begin());
    return ToValue(env, status_);
  }

 private:
  Status Derive() {
    derived_.resize(derived_len_);
    Result<Derivation> derivation =
        Derivation::Start(request_.digest, password_, salt_, request_.iterations, derived_);
    if (!derivation.ok()) return derivation.error();
    while (!derivation->IsDone() && !IsCancelled()) {
      if (Status advanced = derivation->Advance(kQuantum); !advanced.ok()) return advanced;
    }
    return Ok();
  }

  Request request_;
  SecureBytes password_;
  SecureBytes salt_;
  size_t derived_len_;
  SecureBytes derived_;
  Napi::ObjectReference out_;
  Status status_ = Ok();
};

// Cancellation is empty until a task starts with it, and again when the task has gone.
using Cancellation = std::weak_ptr<threads::Job>;
constexpr HandleKind kCancellation = {{0x1f6c92ae50d37b84, 0xe4087b5d3a21c96f}, "cancellation", 64};

Napi::Value NewCancellation(const Napi::CallbackInfo& info) {
  return ToHandle(info.Env(), kCancellation, std::make_unique<Cancellation>());
}

// cancel(cancellation)
Napi::Value Cancel(const Napi::CallbackInfo& info) {
  const auto job = HandleArgument<Cancellation>(info, 0, kCancellation).lock();
  if (job != nullptr) job->Cancel();
  return info.Env().Undefined();
}

// pbkdf2(hashName, password, salt, iterations, out, cancellation | undefined): a promise of
// undefined or a record.
Napi::Value Pbkdf2(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const ErrorScope scope;
  const Result<Request> request = RequestArguments(info, BytesArgument(info, 4).size());
  if (!request.ok()) return ToRecord(env, request.error());
  Cancellation* cancellation =
      IsMissing(info, 5) ? nullptr : &HandleArgument<Cancellation>(info, 5, kCancellation);
  std::shared_ptr<Pbkdf2Task> task;
  try {
    task = std::make_shared<Pbkdf2Task>(request.value(), BytesArgument(info, 1),
                                        BytesArgument(info, 2), info[4].As<Napi::Object>());
  } catch (const std::bad_alloc&) {
    return ToValue(env, OutOfMemory());
  }
  if (cancellation != nullptr) *cancellation = task;
  return Environment::Of(env).mailbox().Start(env, std::move(task));
}

constexpr Entry kEntries[] = {
    {"pbkdf2Length", Pbkdf2Length},       {"pbkdf2Sync", Pbkdf2Sync}, {"pbkdf2", Pbkdf2},
    {"newCancellation", NewCancellation}, {"cancel", Cancel},
};

}  // namespace

void RegisterKdf(Napi::Env env, Napi::Object exports) { SetEntries(env, exports, kEntries); }

}  // namespace hermetic::glue
