// See throw.h.
#include "native/napi/throw.h"

#include <string>

namespace hermetic::napi {

Napi::TypeError ContractError(Napi::Env env, const std::string& message) {
  Napi::TypeError error = Napi::TypeError::New(env, message);
  error.Set("code", Napi::String::New(env, "ERR_INVALID_ARG_TYPE"));
  return error;
}

void ThrowContract(Napi::Env env, const std::string& message) { throw ContractError(env, message); }

void ThrowOutOfMemory(Napi::Env env) {
  Napi::Error error = Napi::Error::New(env, "out of memory");
  error.Set("code", Napi::String::New(env, "ERR_MEMORY_ALLOCATION_FAILED"));
  throw error;
}

}  // namespace hermetic::napi
