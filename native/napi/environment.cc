// See environment.h.
#include "native/napi/environment.h"

#include <cstdint>

namespace hermetic::napi {

void Environment::Install(Napi::Env env) { env.SetInstanceData(new Environment); }

Environment& Environment::Of(Napi::Env env) { return *env.GetInstanceData<Environment>(); }

Napi::Value Environment::StepNumbersArray(Napi::Env env) {
  if (step_numbers_array_.IsEmpty()) {
    auto array = Napi::Int32Array::New(env, sizeof(StepNumbers) / sizeof(int32_t));
    step_numbers_array_ = Napi::Persistent(array);
    step_numbers_ = reinterpret_cast<StepNumbers*>(array.Data());
  }
  return step_numbers_array_.Value();
}

}  // namespace hermetic::napi
