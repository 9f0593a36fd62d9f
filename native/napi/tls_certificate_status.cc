// The algorithms of a certificate, and its status in an OCSP response, for JavaScript.
#include <optional>

#include "native/base/result.h"
#include "native/napi/convert.h"
#include "native/napi/domains.h"
#include "native/napi/error_record.h"
#include "native/openssl/error.h"
#include "native/openssl/ptr.h"
#include "native/tls/certificates/certificate.h"
#include "native/tls/certificates/certificate_algorithms.h"
#include "native/tls/certificates/ocsp_status.h"

namespace hermetic::napi {
namespace {

using Info = Napi::CallbackInfo;

template <typename T>
Napi::Value NumberOrNull(Napi::Env env, const std::optional<T>& number) {
  if (!number.has_value()) return env.Null();
  return Napi::Number::New(env, static_cast<double>(*number));
}

// certificateAlgorithms(der)
Napi::Value Algorithms(const Info& info) {
  const openssl::ErrorScope scope;
  const Napi::Env env = info.Env();
  const Result<openssl::X509Ptr> certificate =
      tls::CertificateFromDer(CopiedBytesArgument(info, 0));
  if (!certificate.ok()) return ToRecord(env, certificate.error());
  const tls::CertificateAlgorithms found = tls::AlgorithmsOf(certificate.value().get());
  Napi::Object object = Napi::Object::New(env);
  object.Set("keyType", Napi::String::New(env, found.key_type));
  object.Set("keyBits", Napi::Number::New(env, found.key_bits));
  object.Set("keyGroup", Napi::String::New(env, found.key_group));
  object.Set("signature", Napi::String::New(env, found.signature));
  return object;
}

// ocspStatus(response, certificate, issuer)
Napi::Value Status(const Info& info) {
  const openssl::ErrorScope scope;
  const Napi::Env env = info.Env();
  const openssl::SecureBytes response = CopiedBytesArgument(info, 0);
  const openssl::SecureBytes subject = CopiedBytesArgument(info, 1);
  const openssl::SecureBytes signer = CopiedBytesArgument(info, 2);
  const Result<openssl::X509Ptr> certificate = tls::CertificateFromDer(subject);
  if (!certificate.ok()) return ToRecord(env, certificate.error());
  const Result<openssl::X509Ptr> issuer = tls::CertificateFromDer(signer);
  if (!issuer.ok()) return ToRecord(env, issuer.error());
  const Result<tls::OcspStatus> read =
      tls::ReadOcspStatus(response, certificate.value().get(), issuer.value().get());
  if (!read.ok()) return ToRecord(env, read.error());
  const tls::OcspStatus& found = read.value();
  Napi::Object object = Napi::Object::New(env);
  object.Set("response", Napi::Number::New(env, found.response));
  object.Set("status", NumberOrNull(env, found.status));
  object.Set("reason", NumberOrNull(env, found.reason));
  object.Set("producedAt", NumberOrNull(env, found.produced_at));
  object.Set("thisUpdate", NumberOrNull(env, found.this_update));
  object.Set("nextUpdate", NumberOrNull(env, found.next_update));
  object.Set("revokedAt", NumberOrNull(env, found.revoked_at));
  object.Set("isCurrent", Napi::Boolean::New(env, found.is_current));
  object.Set("isSigned", Napi::Boolean::New(env, found.is_signed));
  return object;
}

constexpr Entry kEntries[] = {{"certificateAlgorithms", Algorithms}, {"ocspStatus", Status}};

}  // namespace

void RegisterCertificateStatus(Napi::Env env, Napi::Object exports) {
  SetEntries(env, exports, kEntries);
}

}  // namespace hermetic::napi
