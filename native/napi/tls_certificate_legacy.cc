// Certificates with the fields of node:tls, for JavaScript.
#include <optional>
#include <string>
#include <vector>

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/napi/convert.h"
#include "native/napi/domains.h"
#include "native/napi/error_record.h"
#include "native/openssl/error.h"
#include "native/openssl/ptr.h"
#include "native/tls/certificates/certificate.h"
#include "native/tls/certificates/legacy_certificate.h"

namespace hermetic::napi {
namespace {

using Info = Napi::CallbackInfo;

void SetText(Napi::Object object, const char* key, const std::string& text) {
  object.Set(key, Napi::String::New(object.Env(), text));
}

void SetOptional(Napi::Object object, const char* key, const std::optional<std::string>& text) {
  if (text.has_value()) SetText(object, key, *text);
}

// A type that occurs again makes an array of its values.
Napi::Object ToName(Napi::Env env, const tls::ShortName& name) {
  Napi::Object object = Napi::Object::New(env);
  for (const auto& [type, text] : name) {
    const Napi::Value value = Napi::String::New(env, text);
    if (!object.HasOwnProperty(type)) {
      object.Set(type, value);
      continue;
    }
    const Napi::Value present = object.Get(type);
    Napi::Array list = present.IsArray() ? present.As<Napi::Array>() : Napi::Array::New(env);
    if (!present.IsArray()) list.Set(0U, present);
    list.Set(list.Length(), value);
    object.Set(type, list);
  }
  return object;
}

void SetKey(Napi::Object object, const tls::LegacyKey& key) {
  const auto set = [object](const char* name, const std::string& text) {
    if (!text.empty()) SetText(object, name, text);
  };
  set("modulus", key.modulus);
  object.Set("bits", Napi::Number::New(object.Env(), key.bits));
  set("exponent", key.exponent);
  object.Set("pubkey", ToBuffer(object.Env(), key.bytes));
  set("asn1Curve", key.asn1_curve);
  set("nistCurve", key.nist_curve);
}

Napi::Array ToList(Napi::Env env, const std::vector<std::string>& texts) {
  Napi::Array list = Napi::Array::New(env);
  for (const std::string& text : texts) list.Set(list.Length(), Napi::String::New(env, text));
  return list;
}

Napi::Object ToObject(Napi::Env env, const tls::LegacyCertificate& fields) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("subject", ToName(env, fields.subject));
  object.Set("issuer", ToName(env, fields.issuer));
  SetOptional(object, "subjectaltname", fields.subject_alt_name);
  SetOptional(object, "infoAccess", fields.info_access);
  object.Set("ca", Napi::Boolean::New(env, fields.is_ca));
  if (fields.key.has_value()) SetKey(object, *fields.key);
  SetText(object, "valid_from", fields.valid_from);
  SetText(object, "valid_to", fields.valid_to);
  SetText(object, "fingerprint", fields.fingerprint);
  SetText(object, "fingerprint256", fields.fingerprint256);
  SetText(object, "fingerprint512", fields.fingerprint512);
  if (!fields.ext_key_usage.empty()) object.Set("ext_key_usage", ToList(env, fields.ext_key_usage));
  SetText(object, "serialNumber", fields.serial_number);
  return object;
}

// certificateLegacy(der)
Napi::Value Legacy(const Info& info) {
  const openssl::ErrorScope scope;
  const Result<openssl::X509Ptr> certificate =
      tls::CertificateFromDer(CopiedBytesArgument(info, 0));
  if (!certificate.ok()) return ToRecord(info.Env(), certificate.error());
  const Result<tls::LegacyCertificate> fields =
      tls::DecodeLegacyCertificate(certificate.value().get());
  if (!fields.ok()) return ToRecord(info.Env(), fields.error());
  return ToObject(info.Env(), fields.value());
}

constexpr Entry kEntries[] = {{"certificateLegacy", Legacy}};

}  // namespace

void RegisterCertificateLegacy(Napi::Env env, Napi::Object exports) {
  SetEntries(env, exports, kEntries);
}

}  // namespace hermetic::napi
