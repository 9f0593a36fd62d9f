// Threads, limits and engines of key derivation: for hashlib.configure, the command line and tests.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "native/base/result.h"
#include "native/kdf/digest_shape.h"
#include "native/kdf/engines.h"
#include "native/kdf/plan.h"
#include "native/kdf/scheduler.h"
#include "native/kdf/selection.h"
#include "native/napi/convert.h"
#include "native/napi/digest.h"
#include "native/napi/domains.h"
#include "native/napi/error_record.h"
#include "native/threads/pool.h"
#include "native/threads/processors.h"

namespace hermetic::napi {
namespace {

// poolState(): { threads, processors, maxPending, pending, workers }
Napi::Value PoolState(const Napi::CallbackInfo& info) {
  kdf::Scheduler& scheduler = kdf::Scheduler::Shared();
  Napi::Object state = Napi::Object::New(info.Env());
  state["threads"] = Napi::Number::New(info.Env(), threads::NumThreads());
  state["processors"] = Napi::Number::New(info.Env(), threads::AvailableProcessors());
  state["maxPending"] = Napi::Number::New(info.Env(), static_cast<double>(scheduler.MaxPending()));
  state["pending"] = Napi::Number::New(info.Env(), static_cast<double>(scheduler.NumPending()));
  state["workers"] = Napi::Number::New(info.Env(), static_cast<double>(scheduler.NumWorkers()));
  return state;
}

// configurePool(threads | undefined, maxPending | undefined): 0 threads means the number of
// processors.
Napi::Value ConfigurePool(const Napi::CallbackInfo& info) {
  constexpr int64_t kMostThreads = 1024;
  constexpr int64_t kMostPending = INT32_MAX;
  const bool has_pending = !IsMissing(info, 1);
  const int64_t max_pending = has_pending ? IntegerWithin(info, 1, 0, kMostPending) : 0;
  if (!IsMissing(info, 0))
    threads::SetNumThreads(static_cast<unsigned>(IntegerWithin(info, 0, 0, kMostThreads)));
  if (has_pending) kdf::Scheduler::Shared().SetMaxPending(static_cast<size_t>(max_pending));
  return info.Env().Undefined();
}

Napi::Object ToObject(Napi::Env env, const kdf::Candidate& candidate, bool is_first) {
  Napi::Object object = Napi::Object::New(env);
  object["name"] = Napi::String::New(env, std::string(candidate.kernel->name));
  object["lanes"] = Napi::Number::New(env, candidate.kernel->num_lanes);
  object["passed"] = Napi::Boolean::New(env, candidate.passed);
  object["nsPerIteration"] = Napi::Number::New(env, candidate.ns_per_iteration);
  object["single"] = Napi::Boolean::New(env, is_first);
  return object;
}

// pbkdf2Kernels(hashName): the tested and timed kernels for a digest; empty for a digest that uses
// EVP.
Napi::Value Pbkdf2Kernels(const Napi::CallbackInfo& info) {
  const auto found = AlgorithmArgument(info, 0);
  if (!found.ok()) return ToRecord(info.Env(), found.error());
  Napi::Array kernels = Napi::Array::New(info.Env());
  const auto shape = kdf::FindShape(found.value()->md.get());
  if (!shape.has_value() || kdf::Selection::IsForcedToEvp()) return kernels;
  const kdf::Selection* const selection = kdf::Selection::Of(*shape);
  if (selection == nullptr) return kernels;
  for (const kdf::Candidate& candidate : selection->candidates()) {
    const bool is_first = candidate.kernel == &selection->plan().FirstFor(1);
    kernels.Set(kernels.Length(), ToObject(info.Env(), candidate, is_first));
  }
  return kernels;
}

// pbkdf2Engines(): the names of the engines of this processor.
Napi::Value Pbkdf2Engines(const Napi::CallbackInfo& info) {
  Napi::Array names = Napi::Array::New(info.Env());
  for (const std::string_view name : kdf::EngineNames())
    names.Set(names.Length(), Napi::String::New(info.Env(), std::string(name)));
  return names;
}

// pbkdf2Rules(forced, failing): engines by name; an empty string for no engine.
Napi::Value Pbkdf2Rules(const Napi::CallbackInfo& info) {
  const Result<kdf::Rules> rules =
      kdf::ParseRules(StringArgument(info, 0), StringArgument(info, 1));
  if (!rules.ok()) return ToRecord(info.Env(), rules.error());
  kdf::Selection::SetRules(rules.value());
  return info.Env().Undefined();
}

// pbkdf2Notices(): notices for the user, each returned once.
Napi::Value Pbkdf2Notices(const Napi::CallbackInfo& info) {
  Napi::Array notices = Napi::Array::New(info.Env());
  for (const std::string& notice : kdf::Selection::TakeNotices())
    notices.Set(notices.Length(), Napi::String::New(info.Env(), notice));
  return notices;
}

// quotaOfGroup(mount, group): for a test of control groups.
Napi::Value QuotaOfGroup(const Napi::CallbackInfo& info) {
  const double quota = threads::QuotaOfGroup(StringArgument(info, 0), StringArgument(info, 1));
  return Napi::Number::New(info.Env(), quota);
}

constexpr Entry kEntries[] = {
    {"poolState", PoolState},         {"configurePool", ConfigurePool},
    {"pbkdf2Kernels", Pbkdf2Kernels}, {"pbkdf2Engines", Pbkdf2Engines},
    {"pbkdf2Rules", Pbkdf2Rules},     {"pbkdf2Notices", Pbkdf2Notices},
    {"quotaOfGroup", QuotaOfGroup},
};

}  // namespace

void RegisterKdfSettings(Napi::Env env, Napi::Object exports) {
  SetEntries(env, exports, kEntries);
}

}  // namespace hermetic::napi
