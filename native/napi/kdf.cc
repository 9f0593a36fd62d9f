// Key derivation for lib/hashlib/pbkdf2.ts: on the caller's thread, and by the scheduler.
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/digest/algorithms.h"
#include "native/kdf/pbkdf2.h"
#include "native/kdf/scheduler.h"
#include "native/napi/convert.h"
#include "native/napi/derivation.h"
#include "native/napi/digest.h"
#include "native/napi/domains.h"
#include "native/napi/error_record.h"
#include "native/napi/handle.h"
#include "native/napi/mailbox.h"
#include "native/openssl/error.h"

namespace hermetic::napi {
namespace {

using openssl::ErrorScope;

kdf::Digest ToDigest(const digest::Algorithm& algorithm) {
  return {algorithm.md.get(), algorithm.name, algorithm.digest_len};
}

// Request holds the checked numbers of a derivation.
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

// pbkdf2Length(hashName, iterations, dklen | undefined): checks the numbers and returns the length
// of the output.
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

// pbkdf2Sync(hashName, password, salt, iterations, out)
Napi::Value Pbkdf2Sync(const Napi::CallbackInfo& info) {
  const ErrorScope scope;
  const MutableByteView out = BytesArgument(info, 4);
  Result<Request> request = RequestArguments(info, out.size());
  if (!request.ok()) return ToRecord(info.Env(), request.error());
  return ToValue(info.Env(), kdf::DeriveNow(request->digest, BytesArgument(info, 1),
                                            BytesArgument(info, 2), request->iterations, out));
}

// Pbkdf2Task derives into its own memory.
class Pbkdf2Task final : public AsyncTask, public kdf::Task {
 public:
  Pbkdf2Task(const Request& request, ByteView password, ByteView salt, size_t dklen)
      : kdf::Task(request.digest, password, salt, request.iterations, dklen) {}

  void SetOut(const Napi::Object& out) { out_.Set(out); }

  void Finished(std::shared_ptr<kdf::Task> self, Status status) noexcept override {
    status_ = std::move(status);
    Deliver(std::static_pointer_cast<Pbkdf2Task>(std::move(self)));
  }

  void Stop(std::shared_ptr<MailboxItem> self) noexcept override {
    kdf::Scheduler::Shared().Cancel(std::static_pointer_cast<Pbkdf2Task>(std::move(self)));
  }

  Napi::Value Settle(Napi::Env env) override {
    out_.Settle(status_.ok() ? output() : ByteView());
    return ToValue(env, status_);
  }

 private:
  Output out_;
  Status status_ = Ok();
};

Napi::Value NewCancellation(const Napi::CallbackInfo& info) {
  return ToHandle(info.Env(), kCancellation, std::make_unique<Cancellation>());
}

// cancel(cancellation)
Napi::Value Cancel(const Napi::CallbackInfo& info) {
  const auto task = HandleArgument<Cancellation>(info, 0, kCancellation).lock();
  if (task != nullptr) task->Stop(task);
  return info.Env().Undefined();
}

// pbkdf2(hashName, password, salt, iterations, out, cancellation | undefined): a promise of
// undefined or a record.
Napi::Value Pbkdf2(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const ErrorScope scope;
  const size_t dklen = BytesArgument(info, 4).size();
  const Result<Request> request = RequestArguments(info, dklen);
  if (!request.ok()) return ToRecord(env, request.error());
  Cancellation* const cancellation = CancellationArgument(info, 5);
  return StartDerivation(
      info[4].As<Napi::Object>(), cancellation,
      [&] {
        return std::make_shared<Pbkdf2Task>(request.value(), BytesArgument(info, 1),
                                            BytesArgument(info, 2), dklen);
      },
      [](const auto& task) { return kdf::Scheduler::Shared().Start(task); });
}

constexpr Entry kEntries[] = {
    {"pbkdf2Length", Pbkdf2Length},       {"pbkdf2Sync", Pbkdf2Sync}, {"pbkdf2", Pbkdf2},
    {"newCancellation", NewCancellation}, {"cancel", Cancel},
};

}  // namespace

void RegisterKdf(Napi::Env env, Napi::Object exports) { SetEntries(env, exports, kEntries); }

}  // namespace hermetic::napi
