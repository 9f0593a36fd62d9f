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

// CallMember calls the member function of the context, or of its trust settings.
template <auto Member, typename Context, typename... Values>
decltype(auto) CallMember(Context& context, const Values&... values) {
  if constexpr (std::is_invocable_v<decltype(Member), Context&, const Values&...>) {
    return (context.*Member)(values...);
  } else {
    return (context.trust().*Member)(values...);
  }
}

// Setting returns a setting of the context of argument 0, and ChangeSetting changes one.
template <auto Get>
decltype(auto) Setting(const Napi::CallbackInfo& info) {
  return CallMember<Get>(ContextArgument(info, 0));
}
template <auto Set, typename Value>
decltype(auto) ChangeSetting(const Napi::CallbackInfo& info, const Value& value) {
  const ContextChange context(info);
  return CallMember<Set>(*context, value);
}

template <auto Get>
Napi::Value Boolean(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), Setting<Get>(info));
}

template <auto Set>
Napi::Value SetBoolean(const Napi::CallbackInfo& info) {
  ChangeSetting<Set>(info, BooleanArgument(info, 1));
  return info.Env().Undefined();
}

template <auto Get>
Napi::Value Number(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(Setting<Get>(info)));
}

// For functions that may refuse the number.
template <auto Set>
Napi::Value SetNumber(const Napi::CallbackInfo& info) {
  const openssl::ErrorScope scope;
  return ToValue(info.Env(), ChangeSetting<Set>(info, Uint32Argument(info, 1)));
}

// For functions that may refuse the text: lists of names, and the name of one group.
template <auto Set>
Napi::Value SetText(const Napi::CallbackInfo& info) {
  const openssl::ErrorScope scope;
  return ToValue(info.Env(), ChangeSetting<Set>(info, StringArgument(info, 1)));
}

}  // namespace hermetic::napi
