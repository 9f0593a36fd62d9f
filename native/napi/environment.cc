// See environment.h.
#include "native/napi/environment.h"

#include <cstdint>

namespace hermetic::napi {

void Environment::Install(Napi::Env env) { env.SetInstanceData(new Environment); }

Environment& Environment::Of(Napi::Env env) { return *env.GetInstanceData<Environment>(); }

Napi::Value Environment::StepReportArray(Napi::Env env) {
  if (step_report_array_.IsEmpty()) {
    auto array = Napi::Int32Array::New(env, sizeof(StepReport) / sizeof(int32_t));
    step_report_array_ = Napi::Persistent(array);
    step_report_ = reinterpret_cast<StepReport*>(array.Data());
  }
  return step_report_array_.Value();
}

}  // namespace hermetic::napi
