// A context's negotiated settings for JavaScript: suites, groups, signature algorithms, application
// protocols. Each function except Sigalgs takes the context's handle first.
#include <string>
#include <vector>

#include "native/base/result.h"
#include "native/input/named_bytes.h"
#include "native/napi/convert.h"
#include "native/napi/domains.h"
#include "native/napi/error_record.h"
#include "native/napi/tls_handles.h"
#include "native/napi/tls_settings.h"
#include "native/openssl/error.h"
#include "native/tls/context/context.h"

namespace hermetic::napi {
namespace {

using Info = Napi::CallbackInfo;
using tls::Context;

Napi::Value SetAlpnProtocols(const Info& info) {
  const openssl::ErrorScope scope;
  return ToValue(info.Env(), ContextChange(info)->SetAlpnProtocols(CopiedBytesArgument(info, 1)));
}

Napi::Value OptionalText(Napi::Env env, const std::string& text) {
  if (text.empty()) return env.Null();
  return Napi::String::New(env, text);
}

Napi::Object ToCipher(Napi::Env env, const tls::CipherDescription& cipher) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("id", Napi::Number::New(env, cipher.id));
  object.Set("name", Napi::String::New(env, cipher.name));
  object.Set("protocol", Napi::String::New(env, cipher.protocol));
  object.Set("description", Napi::String::New(env, cipher.description));
  object.Set("strengthBits", Napi::Number::New(env, cipher.strength_bits));
  object.Set("algBits", Napi::Number::New(env, cipher.alg_bits));
  object.Set("aead", Napi::Boolean::New(env, cipher.aead));
  object.Set("symmetric", OptionalText(env, cipher.symmetric));
  object.Set("digest", OptionalText(env, cipher.digest));
  object.Set("kea", OptionalText(env, cipher.kea));
  object.Set("auth", OptionalText(env, cipher.auth));
  return object;
}

Napi::Value Ciphers(const Info& info) {
  const openssl::ErrorScope scope;
  const Napi::Env env = info.Env();
  Result<std::vector<tls::CipherDescription>> ciphers = ContextArgument(info, 0).Ciphers();
  if (!ciphers.ok()) return ToRecord(env, ciphers.error());
  Napi::Array list = Napi::Array::New(env);
  for (const tls::CipherDescription& cipher : *ciphers)
    list.Set(list.Length(), ToCipher(env, cipher));
  return list;
}

Napi::Value Groups(const Info& info) {
  const openssl::ErrorScope scope;
  const bool with_aliases = BooleanArgument(info, 1);
  return ToValue(info.Env(), ContextArgument(info, 0).Groups(with_aliases));
}

Napi::Value Sigalgs(const Info& info) {
  const openssl::ErrorScope scope;
  return ToValue(info.Env(), tls::Sigalgs());
}

Napi::Value LoadDhParams(const Info& info) {
  const openssl::ErrorScope scope;
  const input::NamedBytes pem{StringArgument(info, 1), CopiedBytesArgument(info, 2)};
  const Result<int> bits = ContextChange(info)->LoadDhParams(pem);
  if (!bits.ok()) return ToRecord(info.Env(), bits.error());
  return Napi::Number::New(info.Env(), bits.value());
}

constexpr Entry kEntries[] = {
    {"contextSetCiphers", SetText<&Context::SetCiphers>},
    {"contextSetCiphersuites", SetText<&Context::SetCiphersuites>},
    {"contextCiphers", Ciphers},
    {"contextSetGroups", SetText<&Context::SetGroups>},
    {"contextSetEcdhCurve", SetText<&Context::SetEcdhCurve>},
    {"contextGroups", Groups},
    {"contextSetServerSigalgs", SetText<&Context::SetServerSigalgs>},
    {"contextSetClientSigalgs", SetText<&Context::SetClientSigalgs>},
    {"sigalgs", Sigalgs},
    {"contextLoadDhParams", LoadDhParams},
    {"contextSetDhAuto", SetBoolean<&Context::SetDhAuto>},
    {"contextSetAlpnProtocols", SetAlpnProtocols},
    {"contextStrictAlpn", Boolean<&Context::strict_alpn>},
    {"contextSetStrictAlpn", SetBoolean<&Context::SetStrictAlpn>},
};

}  // namespace

void RegisterContextSuites(Napi::Env env, Napi::Object exports) {
  SetEntries(env, exports, kEntries);
}

}  // namespace hermetic::napi
