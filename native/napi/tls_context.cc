// A context's functions for JavaScript, except for the negotiated settings (tls_context_suites.cc).
// Each takes the context's handle first.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "native/base/error.h"
#include "native/base/result.h"
#include "native/input/named_bytes.h"
#include "native/napi/convert.h"
#include "native/napi/domains.h"
#include "native/napi/error_record.h"
#include "native/napi/handle.h"
#include "native/napi/tls_handles.h"
#include "native/napi/tls_settings.h"
#include "native/napi/trust_values.h"
#include "native/openssl/error.h"
#include "native/openssl/ptr.h"
#include "native/openssl/secure_bytes.h"
#include "native/tls/certificates/certificate.h"
#include "native/tls/connection/features.h"
#include "native/tls/context/context.h"
#include "native/tls/context/trust_settings.h"
#include "native/tls/session/session.h"
#include "native/trust/store/load_trust.h"
#include "native/trust/system_roots.h"

namespace hermetic::napi {
namespace {

using Info = Napi::CallbackInfo;
using tls::Bound;
using tls::Context;
using tls::Protocol;
using tls::TrustSettings;
using tls::VerifyMode;

std::optional<Protocol> ToProtocol(int number) {
  const auto protocol = static_cast<Protocol>(number);
  switch (protocol) {
    case Protocol::kTls:
    case Protocol::kTlsV1:
    case Protocol::kTlsV1_1:
    case Protocol::kTlsV1_2:
    case Protocol::kTlsClient:
    case Protocol::kTlsServer:
      return protocol;
  }
  return std::nullopt;
}

Napi::Value Create(const Info& info) {
  const openssl::ErrorScope scope;
  const int number = Int32Argument(info, 0);
  const std::optional<Protocol> protocol = ToProtocol(number);
  if (!protocol) {
    return ToRecord(info.Env(), ValueError("invalid or unsupported protocol version " +
                                           std::to_string(number)));
  }
  return ToHandleOrRecord(info.Env(), kContext, Context::Create(*protocol));
}

// tlsFeatures(): { ssl3, tls1, tls1_1, tls1_2, tls1_3, psk }
Napi::Value Features(const Info& info) {
  const Napi::Env env = info.Env();
  constexpr tls::Features kBuilt;
  Napi::Object features = Napi::Object::New(env);
  features.Set("ssl3", Napi::Boolean::New(env, kBuilt.ssl3));
  features.Set("tls1", Napi::Boolean::New(env, kBuilt.tls1));
  features.Set("tls1_1", Napi::Boolean::New(env, kBuilt.tls1_1));
  features.Set("tls1_2", Napi::Boolean::New(env, kBuilt.tls1_2));
  features.Set("tls1_3", Napi::Boolean::New(env, kBuilt.tls1_3));
  features.Set("psk", Napi::Boolean::New(env, kBuilt.psk));
  return features;
}

Napi::Value Options(const Info& info) {
  return Napi::BigInt::New(info.Env(), ContextArgument(info, 0).options());
}
Napi::Value SetOptions(const Info& info) {
  ContextChange(info)->SetOptions(Uint64Argument(info, 1));
  return info.Env().Undefined();
}

Napi::Value SetVerifyMode(const Info& info) {
  const int64_t number = IntegerArgument(info, 1);
  if (number < 0 || number > static_cast<int64_t>(VerifyMode::kRequired)) {
    return ToRecord(info.Env(),
                    ValueError("verifyMode must be CERT_NONE, CERT_OPTIONAL or CERT_REQUIRED"));
  }
  const auto mode = static_cast<VerifyMode>(number);
  return ToValue(info.Env(), ContextChange(info)->trust().SetMode(mode));
}

Napi::Value SetVerifyDepth(const Info& info) {
  constexpr int64_t kDeepest = 100;
  const int64_t depth = IntegerWithin(info, 1, 0, kDeepest);
  ContextChange(info)->trust().SetDepth(static_cast<int>(depth));
  return info.Env().Undefined();
}

template <Bound kBound>
Napi::Value VersionBound(const Info& info) {
  return Napi::Number::New(info.Env(), ContextArgument(info, 0).VersionBound(kBound));
}
template <Bound kBound>
Napi::Value SetVersionBound(const Info& info) {
  const openssl::ErrorScope scope;
  const int version = Int32Argument(info, 1);
  return ToValue(info.Env(), ContextChange(info)->SetVersionBound(kBound, version));
}

// contextLoadVerifyData(context, name, bytes, whether the argument was a string)
Napi::Value LoadVerifyData(const Info& info) {
  const openssl::ErrorScope scope;
  const input::NamedBytes data{StringArgument(info, 1), CopiedBytesArgument(info, 2)};
  const auto kind = BooleanArgument(info, 3) ? trust::DataKind::kText : trust::DataKind::kBytes;
  return ToValue(info.Env(), ContextChange(info)->trust().LoadData(data, kind));
}

// contextLoadRevocationLists(context, name, bytes)
Napi::Value LoadRevocationLists(const Info& info) {
  const openssl::ErrorScope scope;
  const input::NamedBytes data{StringArgument(info, 1), CopiedBytesArgument(info, 2)};
  return ToValue(info.Env(), ContextChange(info)->trust().LoadRevocationLists(data));
}

// contextAddClientCa(context, der)
Napi::Value AddClientCa(const Info& info) {
  const openssl::ErrorScope scope;
  const ContextChange context(info);
  const Result<openssl::X509Ptr> certificate =
      tls::CertificateFromDer(CopiedBytesArgument(info, 1));
  if (!certificate.ok()) return ToRecord(info.Env(), certificate.error());
  return ToValue(info.Env(), context->trust().AddClientCa(certificate.value().get()));
}

// A path is passed as bytes, because it need not be UTF-8.
template <Status (TrustSettings::*Load)(const std::string&)>
Napi::Value LoadPath(const Info& info) {
  const openssl::ErrorScope scope;
  const openssl::SecureBytes path = CopiedBytesArgument(info, 1);
  return ToValue(info.Env(),
                 (ContextChange(info)->trust().*Load)(std::string(path.begin(), path.end())));
}

// loadDefaultCerts(context, SSL_CERT_FILE, SSL_CERT_DIR, purpose): troubles
Napi::Value LoadDefaultCerts(const Info& info) {
  const openssl::ErrorScope scope;
  const Result<std::vector<trust::Trouble>> troubles = ContextChange(info)->trust().LoadDefaults(
      EnvironmentArguments(info, 1), StringArgument(info, 3));
  if (!troubles.ok()) return ToRecord(info.Env(), troubles.error());
  return ToValue(info.Env(), troubles.value());
}

Napi::Value SessionStats(const Info& info) {
  const Napi::Env env = info.Env();
  const tls::SessionStats stats = tls::CountSessions(ContextArgument(info, 0));
  Napi::Object object = Napi::Object::New(env);
  const auto set = [&](const char* key, int64_t count) {
    object.Set(key, Napi::Number::New(env, static_cast<double>(count)));
  };
  set("number", stats.number);
  set("connect", stats.connect);
  set("connectGood", stats.connect_good);
  set("connectRenegotiate", stats.connect_renegotiate);
  set("accept", stats.accept);
  set("acceptGood", stats.accept_good);
  set("acceptRenegotiate", stats.accept_renegotiate);
  set("hits", stats.hits);
  set("misses", stats.misses);
  set("timeouts", stats.timeouts);
  set("cacheFull", stats.cache_full);
  return object;
}

Napi::Value CertStoreStats(const Info& info) {
  const openssl::ErrorScope scope;
  const Napi::Env env = info.Env();
  Result<tls::StoreStats> stats = ContextArgument(info, 0).trust().Stats();
  if (!stats.ok()) return ToRecord(env, stats.error());
  Napi::Object object = Napi::Object::New(env);
  object.Set("x509", Napi::Number::New(env, static_cast<double>(stats->num_x509)));
  object.Set("crl", Napi::Number::New(env, static_cast<double>(stats->num_crl)));
  object.Set("x509Ca", Napi::Number::New(env, static_cast<double>(stats->num_x509_ca)));
  return object;
}

Napi::Value CaCerts(const Info& info) {
  const openssl::ErrorScope scope;
  const Napi::Env env = info.Env();
  const bool binary_form = BooleanArgument(info, 1);
  Result<std::vector<openssl::X509Ptr>> certificates = ContextArgument(info, 0).trust().CaCerts();
  if (!certificates.ok()) return ToRecord(env, certificates.error());
  Napi::Array list = Napi::Array::New(env);
  for (const openssl::X509Ptr& certificate : *certificates) {
    const Napi::Value entry =
        binary_form ? ToDer(env, certificate.get()) : ToCertificate(env, certificate.get());
    if (IsRecord(entry)) return entry;
    list.Set(list.Length(), entry);
  }
  return list;
}

constexpr Entry kEntries[] = {
    {"tlsFeatures", Features},
    {"contextCreate", Create},
    {"contextOptions", Options},
    {"contextSetOptions", SetOptions},
    {"contextVerifyFlags", Number<&TrustSettings::flags>},
    {"contextSetVerifyFlags", SetNumber<&TrustSettings::SetFlags>},
    {"contextVerifyMode", Number<&TrustSettings::mode>},
    {"contextSetVerifyMode", SetVerifyMode},
    {"contextCheckHostname", Boolean<&TrustSettings::check_hostname>},
    {"contextSetCheckHostname", SetBoolean<&TrustSettings::SetCheckHostname>},
    {"contextHostnameChecksCommonName", Boolean<&TrustSettings::checks_common_name>},
    {"contextSetHostnameChecksCommonName", SetBoolean<&TrustSettings::SetChecksCommonName>},
    {"contextVerifyDepth", Number<&TrustSettings::depth>},
    {"contextSetVerifyDepth", SetVerifyDepth},
    {"contextMinimumVersion", VersionBound<Bound::kMinimum>},
    {"contextSetMinimumVersion", SetVersionBound<Bound::kMinimum>},
    {"contextMaximumVersion", VersionBound<Bound::kMaximum>},
    {"contextSetMaximumVersion", SetVersionBound<Bound::kMaximum>},
    {"contextSecurityLevel", Number<&Context::security_level>},
    {"contextNumTickets", Number<&Context::num_tickets>},
    {"contextSetNumTickets", SetNumber<&Context::SetNumTickets>},
    {"contextPostHandshakeAuth", Boolean<&Context::post_handshake_auth>},
    {"contextSetPostHandshakeAuth", SetBoolean<&Context::SetPostHandshakeAuth>},
    {"contextBringsVerifySettings", Boolean<&Context::brings_verify_settings>},
    {"contextSetBringsVerifySettings", SetBoolean<&Context::SetBringsVerifySettings>},
    {"contextSetLogsKeys", SetBoolean<&Context::SetLogsKeys>},
    {"contextSetKeepsMessages", SetBoolean<&Context::SetKeepsMessages>},
    {"contextSessionStats", SessionStats},
    {"contextLoadVerifyFile", LoadPath<&TrustSettings::LoadFile>},
    {"contextLoadVerifyDirectory", LoadPath<&TrustSettings::LoadDirectory>},
    {"contextLoadVerifyData", LoadVerifyData},
    {"contextLoadRevocationLists", LoadRevocationLists},
    {"contextAddClientCa", AddClientCa},
    {"contextLoadDefaultCerts", LoadDefaultCerts},
    {"contextCertStoreStats", CertStoreStats},
    {"contextCaCerts", CaCerts},
};

}  // namespace

void RegisterContext(Napi::Env env, Napi::Object exports) { SetEntries(env, exports, kEntries); }

}  // namespace hermetic::napi
