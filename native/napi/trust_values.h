// Information about trusted certificates as JS values.
#pragma once

#include <napi.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "native/napi/convert.h"
#include "native/napi/error_record.h"
#include "native/trust/system_roots.h"

namespace hermetic::napi {

inline Napi::Array ToArray(Napi::Env env, const std::vector<std::string>& list) {
  Napi::Array array = Napi::Array::New(env, list.size());
  for (const std::string& text : list) {
    array.Set(static_cast<uint32_t>(&text - list.data()), Napi::String::New(env, text));
  }
  return array;
}

// [{ place, error }]
inline Napi::Array ToValue(Napi::Env env, const std::vector<trust::Trouble>& troubles) {
  Napi::Array list = Napi::Array::New(env);
  for (const trust::Trouble& trouble : troubles) {
    Napi::Object object = Napi::Object::New(env);
    object.Set("place", Napi::String::New(env, trouble.place));
    object.Set("error", ToRecord(env, trouble.error));
    list.Set(list.Length(), object);
  }
  return list;
}

// { time, purposes } or null
inline Napi::Value ToValue(Napi::Env env, const std::optional<trust::DistrustAfter>& end) {
  if (!end) return env.Null();
  Napi::Object object = Napi::Object::New(env);
  object.Set("time", Napi::Number::New(env, static_cast<double>(end->time)));
  object.Set("purposes", ToArray(env, end->purposes));
  return object;
}

// Reads the environment's variables from the arguments `index` and `index` + 1.
inline trust::TrustEnvironment EnvironmentArguments(const Napi::CallbackInfo& info, size_t index) {
  return {StringArgument(info, index), StringArgument(info, index + 1)};
}

}  // namespace hermetic::napi
