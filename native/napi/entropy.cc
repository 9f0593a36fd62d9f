// Random bytes for lib/os.ts.
#include <cstdint>

#include "native/entropy/urandom.h"
#include "native/napi/convert.h"
#include "native/napi/domains.h"
#include "native/napi/error_record.h"

namespace hermetic::napi {
namespace {

// urandom(out): fills all of `out`.
Napi::Value Urandom(const Napi::CallbackInfo& info) {
  return ToValue(info.Env(), entropy::Urandom(BytesArgument(info, 0)));
}

// getrandom(out, flags): returns the number of bytes filled.
Napi::Value Getrandom(const Napi::CallbackInfo& info) {
  const int64_t flags = IntegerWithin(info, 1, 0, UINT32_MAX);
  const auto num_filled = entropy::Getrandom(BytesArgument(info, 0), static_cast<unsigned>(flags));
  if (!num_filled.ok()) return ToRecord(info.Env(), num_filled.error());
  return Napi::Number::New(info.Env(), static_cast<double>(num_filled.value()));
}

constexpr Entry kEntries[] = {
    {"urandom", Urandom},
    {"getrandom", Getrandom},
};

}  // namespace

void RegisterEntropy(Napi::Env env, Napi::Object exports) { SetEntries(env, exports, kEntries); }

}  // namespace hermetic::napi
