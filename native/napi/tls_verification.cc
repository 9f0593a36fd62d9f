// Verification of the peer's certificate for JavaScript: its result, and functions for single
// certificates.
#include <cstdint>
#include <optional>

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/napi/convert.h"
#include "native/napi/domains.h"
#include "native/napi/error_record.h"
#include "native/napi/failure_cause.h"
#include "native/napi/throw.h"
#include "native/napi/tls_asker.h"
#include "native/napi/tls_handles.h"
#include "native/openssl/error.h"
#include "native/openssl/secure_bytes.h"
#include "native/tls/certificates/certificate.h"
#include "native/tls/certificates/spki.h"
#include "native/tls/connection/complaint.h"
#include "native/tls/connection/connection.h"
#include "native/tls/connection/connection_info.h"
#include "native/tls/connection/peer_answer.h"
#include "native/tls/connection/peer_gate.h"
#include "native/tls/connection/peer_verification.h"
#include "native/tls/context/trust_settings.h"

namespace hermetic::napi {
namespace {

using Info = Napi::CallbackInfo;
using tls::Connection;

const char* NameOf(tls::ComplaintBy by) {
  switch (by) {
    case tls::ComplaintBy::kOpenssl:
    case tls::ComplaintBy::kExcessive:
      return "openssl";
    case tls::ComplaintBy::kStrict:
      return "strict";
    case tls::ComplaintBy::kDistrusted:
      return "distrusted";
    case tls::ComplaintBy::kPins:
      return "pins";
    case tls::ComplaintBy::kCallback:
      return "callback";
  }
  return "openssl";
}

Napi::Object ToObject(Napi::Env env, const tls::Complaint& complaint) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("code", Napi::Number::New(env, complaint.code));
  object.Set("depth", Napi::Number::New(env, complaint.depth));
  object.Set("by", Napi::String::New(env, NameOf(complaint.by)));
  object.Set("text", Napi::String::New(env, X509_verify_cert_error_string(complaint.code)));
  return object;
}

// connectionVerification(connection): { complaints, chain, cause, securityLevel, verifies,
// matchesCommonName, error } of the last verification.
Napi::Value Verification(const Info& info) {
  return WithConnection(info, [&](Connection& connection) -> Napi::Value {
    const Napi::Env env = info.Env();
    const tls::VerificationReport& report = connection.peer().verification().report();
    Napi::Array complaints = Napi::Array::New(env);
    for (const tls::Complaint& complaint : report.complaints) {
      complaints.Set(complaints.Length(), ToObject(env, complaint));
    }
    Napi::Array chain = Napi::Array::New(env);
    for (const Bytes& der : report.chain) chain.Set(chain.Length(), ToBuffer(env, der));
    Napi::Object object = Napi::Object::New(env);
    object.Set("complaints", complaints);
    object.Set("chain", chain);
    object.Set("cause", ToCause(env, report.cause));
    object.Set("securityLevel",
               Napi::Number::New(env, SSL_get_security_level(connection.native())));
    const bool has_failed = !report.complaints.empty();
    object.Set("error", has_failed ? ToRecord(env, tls::VerificationError(
                                                       report, connection.server_hostname()))
                                   : env.Null());
    object.Set("verifies", Napi::Boolean::New(env, connection.checks().verifies));
    object.Set("matchesCommonName",
               Napi::Boolean::New(env, connection.checks().matches_common_name));
    return object;
  });
}

// decodeCertificate(der): Python's dictionary of a certificate.
Napi::Value Decode(const Info& info) {
  const openssl::ErrorScope scope;
  const Result<openssl::X509Ptr> certificate =
      tls::CertificateFromDer(CopiedBytesArgument(info, 0));
  if (!certificate.ok()) return ToRecord(info.Env(), certificate.error());
  return ToCertificate(info.Env(), certificate.value().get());
}

// spkiHash(der): 32 bytes.
Napi::Value SpkiHashOf(const Info& info) {
  const openssl::ErrorScope scope;
  const Result<openssl::X509Ptr> certificate =
      tls::CertificateFromDer(CopiedBytesArgument(info, 0));
  if (!certificate.ok()) return ToRecord(info.Env(), certificate.error());
  const Result<tls::SpkiHash> hash = tls::HashSpki(certificate.value().get());
  if (!hash.ok()) return ToRecord(info.Env(), hash.error());
  return ToBuffer(info.Env(), hash.value());
}

// (context, hashes): 32 bytes each, concatenated.
template <void (tls::TrustSettings::*Set)(ByteView)>
Napi::Value SetKeys(const Info& info) {
  const openssl::SecureBytes hashes = CopiedBytesArgument(info, 1);
  if (hashes.size() % tls::kSpkiHashLen != 0) {
    ThrowContract(info.Env(), "hashes have 32 bytes each");
  }
  (ContextChange(info)->trust().*Set)(hashes);
  return info.Env().Undefined();
}

// contextSetVerifier(context, number): 0 for no verifier.
Napi::Value SetVerifier(const Info& info) {
  const int64_t verifier = IntegerWithin(info, 1, 0, UINT32_MAX);
  ContextChange(info)->trust().SetVerifier(static_cast<uint32_t>(verifier));
  return info.Env().Undefined();
}

// Decodes an answer of lib/ssl/engine/peer-verdict.ts: a verdict, or 256 + alert for a refusal with
// that alert. Any other number is a refusal.
tls::PeerAnswer ToPeerAnswer(int64_t code) {
  constexpr int64_t kWithAlert = 256;
  if (code >= kWithAlert && code <= kWithAlert + UINT8_MAX)
    return {tls::PeerVerdict::kRefuse, static_cast<uint8_t>(code - kWithAlert)};
  if (code < 0 || code > static_cast<int64_t>(tls::PeerVerdict::kLater)) return {};
  return {static_cast<tls::PeerVerdict>(code), std::nullopt};
}

// connectionAnswerPeer(connection, code): see ToPeerAnswer.
Napi::Value AnswerPeer(const Info& info) {
  const tls::PeerAnswer answer = ToPeerAnswer(IntegerArgument(info, 1));
  return WithIdleConnection(info, [&](Connection& connection) {
    connection.peer().Answer(answer);
    return info.Env().Undefined();
  });
}

// connectionObservePeer(connection, requestsCertificate, demandsCertificate)
Napi::Value ObservePeer(const Info& info) {
  const bool requests = BooleanArgument(info, 1);
  const bool demands = BooleanArgument(info, 2);
  const tls::CertificateRequest request = !requests ? tls::CertificateRequest::kNone
                                          : demands ? tls::CertificateRequest::kDemanded
                                                    : tls::CertificateRequest::kOptional;
  return WithIdleConnection(info, [&](Connection& connection) {
    return ToValue(info.Env(), connection.ObservePeer(request));
  });
}

Napi::Value VerifyCodeOf(const Info& info) {
  return WithConnection(info, [&](Connection& connection) {
    return Napi::Number::New(info.Env(), static_cast<double>(tls::VerifyCode(connection)));
  });
}

Napi::Value AcceptPeer(const Info& info) {
  return WithIdleConnection(
      info, [&](Connection& connection) { return ToValue(info.Env(), connection.AcceptPeer()); });
}

constexpr Entry kEntries[] = {
    {"connectionObservePeer", ObservePeer},
    {"connectionVerifyCode", VerifyCodeOf},
    {"connectionAcceptPeer", AcceptPeer},
    {"contextSetVerifier", SetVerifier},
    {"connectionAnswerPeer", AnswerPeer},
    {"contextSetDistrustedKeys", SetKeys<&tls::TrustSettings::SetDistrustedKeys>},
    {"contextSetPinnedKeys", SetKeys<&tls::TrustSettings::SetPinnedKeys>},
    {"spkiHash", SpkiHashOf},
    {"connectionVerification", Verification},
    {"decodeCertificate", Decode},
};

}  // namespace

// ask('verifyCallback') returns the answer's code; see ToPeerAnswer.
tls::PeerAnswer JsAsker::JudgePeer() noexcept {
  Request request(this, "verifyCallback");
  const std::optional<uint32_t> code = request.NumberOf(request.Ask());
  return code.has_value() ? ToPeerAnswer(*code) : tls::PeerAnswer{};
}

void RegisterVerification(Napi::Env env, Napi::Object exports) {
  SetEntries(env, exports, kEntries);
}

}  // namespace hermetic::napi
