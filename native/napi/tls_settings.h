// Templates for the plain settings of a context: each is one row in a table of entries, named by
// the member function of Context or of its TrustSettings. All take the context's handle first.
#pragma once

#include <napi.h>

#include <string>
#include <type_traits>

#include "native/base/result.h"
#include "native/napi/convert.h"
#include "native/napi/error_record.h"
#include "native/napi/tls_handles.h"
#include "native/openssl/error.h"
#include "native/tls/context/context.h"

namespace hermetic::napi {

// CallSetting calls the member function of the context of argument 0, or of its trust settings.
template <auto Member, typename... Values>
decltype(auto) CallSetting(const Napi::CallbackInfo& info, const Values&... values) {
  tls::Context& context = *ContextArgument(info, 0);
  if constexpr (std::is_invocable_v<decltype(Member), tls::Context&, const Values&...>) {
    return (context.*Member)(values...);
  } else {
    return (context.trust().*Member)(values...);
  }
}

template <auto Get>
Napi::Value Boolean(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), CallSetting<Get>(info));
}

template <auto Set>
Napi::Value SetBoolean(const Napi::CallbackInfo& info) {
  CallSetting<Set>(info, BooleanArgument(info, 1));
  return info.Env().Undefined();
}

template <auto Get>
Napi::Value Number(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(CallSetting<Get>(info)));
}

// For functions that may refuse the number.
template <auto Set>
Napi::Value SetNumber(const Napi::CallbackInfo& info) {
  const openssl::ErrorScope scope;
  return ToValue(info.Env(), CallSetting<Set>(info, Uint32Argument(info, 1)));
}

// For functions that may refuse the text: lists of names, and the name of one group.
template <auto Set>
Napi::Value SetText(const Napi::CallbackInfo& info) {
  const openssl::ErrorScope scope;
  return ToValue(info.Env(), CallSetting<Set>(info, StringArgument(info, 1)));
}

}  // namespace hermetic::napi
