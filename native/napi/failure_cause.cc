// See failure_cause.h.
#include "native/napi/failure_cause.h"

#include <string>
#include <vector>

#include "native/tls/certificates/failure_cause.h"

namespace hermetic::napi {
namespace {

Napi::Array ToArray(Napi::Env env, const std::vector<std::string>& texts) {
  Napi::Array array = Napi::Array::New(env);
  for (const std::string& text : texts) array.Set(array.Length(), Napi::String::New(env, text));
  return array;
}

Napi::Object ToObject(Napi::Env env, const tls::IssuerCandidate& candidate) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("isTrusted", Napi::Boolean::New(env, candidate.is_trusted));
  object.Set("isInChain", Napi::Boolean::New(env, candidate.is_in_chain));
  object.Set("hasSigned", Napi::Boolean::New(env, candidate.has_signed));
  object.Set("code", Napi::Number::New(env, candidate.code));
  object.Set("defects", ToArray(env, candidate.defects));
  return object;
}

}  // namespace

Napi::Object ToCause(Napi::Env env, const tls::FailureCause& cause) {
  Napi::Array issuers = Napi::Array::New(env);
  for (const tls::IssuerCandidate& candidate : cause.issuers) {
    issuers.Set(issuers.Length(), ToObject(env, candidate));
  }
  Napi::Object object = Napi::Object::New(env);
  object.Set("defects", ToArray(env, cause.defects));
  object.Set("issuers", issuers);
  object.Set("fittingLevel", Napi::Number::New(env, cause.fitting_level));
  return object;
}

}  // namespace hermetic::napi
