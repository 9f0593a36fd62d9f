// Verifying the peer's certificate as JavaScript sees it: what it came to, and certificates by
// themselves.
#include "native/napi/convert.h"
#include "native/napi/domains.h"
#include "native/napi/error_record.h"
#include "native/napi/tls_handles.h"
#include "native/tls/certificate.h"
#include "native/tls/connection.h"
#include "native/tls/peer_verification.h"

namespace hermetic::glue {
namespace {

using Info = Napi::CallbackInfo;
using tls::Connection;

Napi::Object ToObject(Napi::Env env, const tls::Complaint& complaint) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("code", Napi::Number::New(env, complaint.code));
  object.Set("depth", Napi::Number::New(env, complaint.depth));
  object.Set("isStrict", Napi::Boolean::New(env, complaint.is_strict));
  object.Set("text", Napi::String::New(env, X509_verify_cert_error_string(complaint.code)));
  return object;
}

// connectionVerification(connection): { complaints, chain, securityLevel } of the last
// verification.
Napi::Value Verification(const Info& info) {
  return WithConnection(info, [&](Connection& connection) -> Napi::Value {
    const Napi::Env env = info.Env();
    const tls::VerificationReport& report = connection.verification().report();
    Napi::Array complaints = Napi::Array::New(env);
    for (const tls::Complaint& complaint : report.complaints) {
      complaints.Set(complaints.Length(), ToObject(env, complaint));
    }
    Napi::Array chain = Napi::Array::New(env);
    for (const openssl::Bytes& der : report.chain) chain.Set(chain.Length(), ToBuffer(env, der));
    Napi::Object object = Napi::Object::New(env);
    object.Set("complaints", complaints);
    object.Set("chain", chain);
    object.Set("securityLevel",
               Napi::Number::New(env, SSL_get_security_level(connection.native())));
    return object;
  });
}

// decodeCertificate(der): Python's dictionary of a certificate.
Napi::Value Decode(const Info& info) {
  const openssl::ErrorScope scope;
  const openssl::Result<openssl::X509Ptr> certificate =
      tls::CertificateFromDer(BytesArgument(info, 0));
  if (!certificate.ok()) return ToRecord(info.Env(), certificate.error());
  return ToCertificate(info.Env(), certificate.value().get());
}

constexpr Entry kEntries[] = {
    {"connectionVerification", Verification},
    {"decodeCertificate", Decode},
};

}  // namespace

void RegisterVerification(Napi::Env env, Napi::Object exports) {
  SetEntries(env, exports, kEntries);
}

}  // namespace hermetic::glue
