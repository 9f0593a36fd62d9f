// Verification of chains outside of a connection, for `hermetic-ssl trust --verify`.
#include "native/tls/certificates/explain_chain.h"

#include <vector>

#include "native/base/result.h"
#include "native/napi/convert.h"
#include "native/napi/domains.h"
#include "native/napi/error_record.h"
#include "native/napi/failure_cause.h"
#include "native/napi/tls_handles.h"
#include "native/openssl/error.h"

namespace hermetic::napi {
namespace {

// [{ der, certificate }]
Napi::Array ToValue(Napi::Env env, const std::vector<openssl::X509Ptr>& certificates) {
  Napi::Array list = Napi::Array::New(env);
  for (const openssl::X509Ptr& certificate : certificates) {
    Napi::Object object = Napi::Object::New(env);
    object.Set("der", ToDer(env, certificate.get()));
    object.Set("certificate", ToCertificate(env, certificate.get()));
    list.Set(list.Length(), object);
  }
  return list;
}

// contextExplainChain(context, concatenated DER, host name or empty):
// { code, message, depth, cause, presented, chain }
Napi::Value ExplainChain(const Napi::CallbackInfo& info) {
  const openssl::ErrorScope scope;
  const Napi::Env env = info.Env();
  const Result<tls::ChainVerdict> verdict = tls::ExplainChain(
      ContextArgument(info, 0), CopiedBytesArgument(info, 1), StringArgument(info, 2));
  if (!verdict.ok()) return ToRecord(env, verdict.error());
  Napi::Object object = Napi::Object::New(env);
  object.Set("code", Napi::Number::New(env, static_cast<double>(verdict.value().code)));
  object.Set("message", Napi::String::New(env, verdict.value().message));
  object.Set("depth", Napi::Number::New(env, verdict.value().depth));
  object.Set("cause", ToCause(env, verdict.value().cause));
  object.Set("presented", ToValue(env, verdict.value().presented));
  object.Set("chain", ToValue(env, verdict.value().chain));
  return object;
}

constexpr Entry kEntries[] = {{"contextExplainChain", ExplainChain}};

}  // namespace

void RegisterExplainChain(Napi::Env env, Napi::Object exports) {
  SetEntries(env, exports, kEntries);
}

}  // namespace hermetic::napi
