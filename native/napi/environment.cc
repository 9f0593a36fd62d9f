// See environment.h.
#include "native/napi/environment.h"

namespace hermetic::napi {

void Environment::Install(Napi::Env env) { env.SetInstanceData(new Environment); }

Environment& Environment::Of(Napi::Env env) { return *env.GetInstanceData<Environment>(); }

}  // namespace hermetic::napi
