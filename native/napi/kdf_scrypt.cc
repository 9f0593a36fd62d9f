// scrypt for lib/hashlib/scrypt.ts: on the caller's thread, and on the pool.
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "native/base/bytes.h"
#include "native/base/error.h"
#include "native/base/result.h"
#include "native/kdf/scheduler.h"
#include "native/kdf/scrypt.h"
#include "native/napi/convert.h"
#include "native/napi/derivation.h"
#include "native/napi/domains.h"
#include "native/napi/error_record.h"
#include "native/napi/mailbox.h"
#include "native/openssl/error.h"
#include "native/openssl/secure_bytes.h"
#include "native/threads/pool.h"

namespace hermetic::napi {
namespace {

using openssl::ErrorScope;
using openssl::SecureBytes;

kdf::ScryptCost CostArguments(const Napi::CallbackInfo& info, size_t index) {
  return {.n = IntegerArgument(info, index),
          .r = IntegerArgument(info, index + 1),
          .p = IntegerArgument(info, index + 2),
          .max_memory = IntegerArgument(info, index + 3)};
}

// scryptCheck(n, r, p, maxmem, dklen)
Napi::Value ScryptCheck(const Napi::CallbackInfo& info) {
  return ToValue(info.Env(), kdf::CheckScrypt(CostArguments(info, 0), IntegerArgument(info, 4)));
}

// scryptSync(password, salt, n, r, p, maxmem, out)
Napi::Value ScryptSync(const Napi::CallbackInfo& info) {
  const kdf::ScryptCost cost = CostArguments(info, 2);
  const MutableByteView out = BytesArgument(info, 6);
  return ToValue(info.Env(),
                 kdf::DeriveScrypt(cost, BytesArgument(info, 0), BytesArgument(info, 1), out));
}

// ScryptTask derives into its own memory. It can be stopped while it waits for a thread.
class ScryptTask final : public AsyncTask, public threads::Job {
 public:
  ScryptTask(const kdf::ScryptCost& cost, ByteView password, ByteView salt, size_t dklen)
      : cost_(cost),
        password_(password.begin(), password.end()),
        salt_(salt.begin(), salt.end()),
        key_(dklen) {}

  void SetOut(const Napi::Object& out) { out_.Set(out); }

  void Run(std::shared_ptr<threads::Job> self) noexcept override {
    status_ = is_stopped_ ? StateError("the derivation was cancelled")
                          : kdf::DeriveScrypt(cost_, password_, salt_, key_);
    kdf::Scheduler::Shared().Dismiss();
    Deliver(std::static_pointer_cast<ScryptTask>(std::move(self)));
  }

  void Stop(std::shared_ptr<MailboxItem> /*self*/) noexcept override { is_stopped_ = true; }

  Napi::Value Settle(Napi::Env env) override {
    out_.Settle(status_.ok() ? ByteView(key_) : ByteView());
    return ToValue(env, status_);
  }

 private:
  const kdf::ScryptCost cost_;
  const SecureBytes password_;
  const SecureBytes salt_;
  SecureBytes key_;
  Output out_;
  std::atomic<bool> is_stopped_ = false;
  Status status_ = Ok();
};

// scrypt(password, salt, n, r, p, maxmem, out, cancellation | undefined): a promise of undefined or
// a record.
Napi::Value Scrypt(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const kdf::ScryptCost cost = CostArguments(info, 2);
  const size_t dklen = BytesArgument(info, 6).size();
  const Status checked = kdf::CheckScrypt(cost, static_cast<int64_t>(dklen));
  if (!checked.ok()) return ToValue(env, checked);
  Cancellation* const cancellation = CancellationArgument(info, 7);
  return StartDerivation(
      info[6].As<Napi::Object>(), cancellation,
      [&] {
        return std::make_shared<ScryptTask>(cost, BytesArgument(info, 0), BytesArgument(info, 1),
                                            dklen);
      },
      [](const auto& task) { return Queue(task); });
}

constexpr Entry kEntries[] = {
    {"scryptCheck", ScryptCheck},
    {"scryptSync", ScryptSync},
    {"scrypt", Scrypt},
};

}  // namespace

void RegisterScrypt(Napi::Env env, Napi::Object exports) { SetEntries(env, exports, kEntries); }

}  // namespace hermetic::napi
