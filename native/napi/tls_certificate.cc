// Certificates and other answers of a connection as JS values. Names are arrays of arrays, like
// Python's tuples.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/napi/convert.h"
#include "native/napi/error_record.h"
#include "native/napi/tls_handles.h"
#include "native/tls/certificates/certificate.h"
#include "native/tls/certificates/certificate_names.h"
#include "native/tls/connection/connection_info.h"

namespace hermetic::napi {
namespace {

template <typename T, typename Convert>
Napi::Array ToArray(Napi::Env env, const std::vector<T>& items, Convert convert) {
  Napi::Array array = Napi::Array::New(env, items.size());
  for (size_t i = 0; i < items.size(); ++i) {
    array.Set(static_cast<uint32_t>(i), convert(items[i]));
  }
  return array;
}

Napi::Array Pair(Napi::Env env, const std::string& first, Napi::Value second) {
  Napi::Array pair = Napi::Array::New(env, 2);
  pair.Set(0U, Napi::String::New(env, first));
  pair.Set(1U, second);
  return pair;
}

Napi::Value ToName(Napi::Env env, const tls::DistinguishedName& name) {
  return ToArray(env, name, [env](const tls::RelativeName& relative) -> Napi::Value {
    return ToArray(env, relative, [env](const tls::NameAttribute& attribute) -> Napi::Value {
      if (attribute.is_bits)
        return Pair(env, attribute.type, ToBuffer(env, ViewOf(attribute.value)));
      return Pair(env, attribute.type, Napi::String::New(env, attribute.value));
    });
  });
}

Napi::Value ToAlternativeName(Napi::Env env, const tls::AlternativeName& name) {
  if (name.kind == "DirName") return Pair(env, name.kind, ToName(env, name.directory_name));
  return Pair(env, name.kind, Napi::String::New(env, name.text));
}

void SetStrings(Napi::Object object, const char* key, const std::vector<std::string>& list) {
  if (list.empty()) return;
  const Napi::Env env = object.Env();
  object.Set(key, ToArray(env, list,
                          [env](const std::string& text) { return Napi::String::New(env, text); }));
}

}  // namespace

Napi::Value ToValue(Napi::Env env, const std::optional<std::string>& text) {
  if (!text.has_value()) return env.Null();
  return Napi::String::New(env, *text);
}

Napi::Value ToValue(Napi::Env env, const std::optional<tls::CipherTriple>& cipher) {
  if (!cipher.has_value()) return env.Null();
  Napi::Array triple = Napi::Array::New(env, 3);
  triple.Set(0U, Napi::String::New(env, cipher->name));
  triple.Set(1U, Napi::String::New(env, cipher->protocol));
  triple.Set(2U, Napi::Number::New(env, cipher->bits));
  return triple;
}

Napi::Value ToValue(Napi::Env env, const std::optional<Bytes>& bytes) {
  if (!bytes.has_value()) return env.Null();
  return ToBuffer(env, *bytes);
}

Napi::Value ToValue(Napi::Env env, const Result<std::vector<Bytes>>& list) {
  if (!list.ok()) return ToRecord(env, list.error());
  return ToArray(env, list.value(), [env](const Bytes& bytes) { return ToBuffer(env, bytes); });
}

Napi::Value ToValue(Napi::Env env, const Result<std::vector<std::string>>& list) {
  if (!list.ok()) return ToRecord(env, list.error());
  return ToArray(env, list.value(),
                 [env](const std::string& text) { return Napi::String::New(env, text); });
}

Napi::Value ToDer(Napi::Env env, const X509* certificate) {
  const Result<Bytes> der = tls::CertificateToDer(certificate);
  if (!der.ok()) return ToRecord(env, der.error());
  return ToBuffer(env, der.value());
}

Napi::Value ToCertificate(Napi::Env env, const X509* certificate) {
  const Result<tls::CertificateFields> decoded = tls::DecodeCertificate(certificate);
  if (!decoded.ok()) return ToRecord(env, decoded.error());
  const tls::CertificateFields& fields = decoded.value();
  Napi::Object object = Napi::Object::New(env);
  object.Set("subject", ToName(env, fields.subject));
  object.Set("issuer", ToName(env, fields.issuer));
  object.Set("version", Napi::Number::New(env, static_cast<double>(fields.version)));
  object.Set("serialNumber", Napi::String::New(env, fields.serial_number));
  object.Set("notBefore", Napi::String::New(env, fields.not_before));
  object.Set("notAfter", Napi::String::New(env, fields.not_after));
  if (!fields.subject_alt_names.empty()) {
    const auto convert = [env](const tls::AlternativeName& name) {
      return ToAlternativeName(env, name);
    };
    object.Set("subjectAltName", ToArray(env, fields.subject_alt_names, convert));
  }
  SetStrings(object, "OCSP", fields.ocsp);
  SetStrings(object, "caIssuers", fields.ca_issuers);
  SetStrings(object, "crlDistributionPoints", fields.crl_distribution_points);
  return object;
}

}  // namespace hermetic::napi
