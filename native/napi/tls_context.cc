// A context's functions for JavaScript, except for the negotiated settings (tls_context_suites.cc).
// Each takes the context's handle first.
#include <cstdint>
#include <string>
#include <vector>

#include "native/base/result.h"
#include "native/input/named_bytes.h"
#include "native/napi/convert.h"
#include "native/napi/domains.h"
#include "native/napi/error_record.h"
#include "native/napi/handle.h"
#include "native/napi/tls_handles.h"
#include "native/napi/trust_values.h"
#include "native/openssl/error.h"
#include "native/openssl/secure_bytes.h"
#include "native/tls/connection/features.h"
#include "native/tls/context/context.h"
#include "native/tls/session/session.h"
#include "native/trust/store/load_trust.h"
#include "native/trust/system_roots.h"

namespace hermetic::napi {
namespace {

using Info = Napi::CallbackInfo;
using tls::Bound;
using tls::Context;

Napi::Value Create(const Info& info) {
  const openssl::ErrorScope scope;
  return ToHandleOrRecord(info.Env(), kContext, Context::Create(Int32Argument(info, 0)));
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
  return Napi::BigInt::New(info.Env(), ContextArgument(info, 0)->options());
}
Napi::Value SetOptions(const Info& info) {
  ContextArgument(info, 0)->SetOptions(Uint64Argument(info, 1));
  return info.Env().Undefined();
}

Napi::Value VerifyFlags(const Info& info) {
  return Napi::Number::New(info.Env(),
                           static_cast<double>(ContextArgument(info, 0)->verify_flags()));
}
Napi::Value SetVerifyFlags(const Info& info) {
  const openssl::ErrorScope scope;
  return ToValue(info.Env(), ContextArgument(info, 0)->SetVerifyFlags(Uint32Argument(info, 1)));
}

Napi::Value VerifyMode(const Info& info) {
  return Napi::Number::New(info.Env(), ContextArgument(info, 0)->verify_mode());
}
Napi::Value SetVerifyMode(const Info& info) {
  const int64_t mode = IntegerArgument(info, 1);
  return ToValue(info.Env(), ContextArgument(info, 0)->SetVerifyMode(
                                 mode < 0 || mode > 2 ? -1 : static_cast<int>(mode)));
}

Napi::Value CheckHostname(const Info& info) {
  return Napi::Boolean::New(info.Env(), ContextArgument(info, 0)->check_hostname());
}
Napi::Value SetCheckHostname(const Info& info) {
  ContextArgument(info, 0)->SetCheckHostname(BooleanArgument(info, 1));
  return info.Env().Undefined();
}

Napi::Value HostnameChecksCommonName(const Info& info) {
  const unsigned flags = ContextArgument(info, 0)->host_flags();
  return Napi::Boolean::New(info.Env(), (flags & X509_CHECK_FLAG_NEVER_CHECK_SUBJECT) == 0);
}
Napi::Value SetHostnameChecksCommonName(const Info& info) {
  ContextArgument(info, 0)->SetHostnameChecksCommonName(BooleanArgument(info, 1));
  return info.Env().Undefined();
}

Napi::Value VerifyDepth(const Info& info) {
  return Napi::Number::New(info.Env(), ContextArgument(info, 0)->verify_depth());
}
Napi::Value SetVerifyDepth(const Info& info) {
  constexpr int64_t kDeepest = 100;
  ContextArgument(info, 0)->SetVerifyDepth(static_cast<int>(IntegerWithin(info, 1, 0, kDeepest)));
  return info.Env().Undefined();
}

template <Bound kBound>
Napi::Value VersionBound(const Info& info) {
  return Napi::Number::New(info.Env(), ContextArgument(info, 0)->VersionBound(kBound));
}
template <Bound kBound>
Napi::Value SetVersionBound(const Info& info) {
  const openssl::ErrorScope scope;
  const int version = Int32Argument(info, 1);
  return ToValue(info.Env(), ContextArgument(info, 0)->SetVersionBound(kBound, version));
}

Napi::Value SecurityLevel(const Info& info) {
  return Napi::Number::New(info.Env(), ContextArgument(info, 0)->security_level());
}
Napi::Value NumTickets(const Info& info) {
  return Napi::Number::New(info.Env(),
                           static_cast<double>(ContextArgument(info, 0)->num_tickets()));
}
Napi::Value SetNumTickets(const Info& info) {
  const openssl::ErrorScope scope;
  return ToValue(info.Env(), ContextArgument(info, 0)->SetNumTickets(Uint32Argument(info, 1)));
}

Napi::Value PostHandshakeAuth(const Info& info) {
  return Napi::Boolean::New(info.Env(), ContextArgument(info, 0)->post_handshake_auth());
}
Napi::Value SetPostHandshakeAuth(const Info& info) {
  ContextArgument(info, 0)->SetPostHandshakeAuth(BooleanArgument(info, 1));
  return info.Env().Undefined();
}

Napi::Value BringsVerifySettings(const Info& info) {
  return Napi::Boolean::New(info.Env(), ContextArgument(info, 0)->brings_verify_settings());
}
Napi::Value SetBringsVerifySettings(const Info& info) {
  ContextArgument(info, 0)->SetBringsVerifySettings(BooleanArgument(info, 1));
  return info.Env().Undefined();
}

Napi::Value SetLogsKeys(const Info& info) {
  ContextArgument(info, 0)->SetLogsKeys(BooleanArgument(info, 1));
  return info.Env().Undefined();
}

Napi::Value SetKeepsMessages(const Info& info) {
  ContextArgument(info, 0)->SetKeepsMessages(BooleanArgument(info, 1));
  return info.Env().Undefined();
}

// contextLoadVerifyData(context, name, bytes, whether the argument was a string)
Napi::Value LoadVerifyData(const Info& info) {
  const openssl::ErrorScope scope;
  const input::NamedBytes data{StringArgument(info, 1), CopiedBytesArgument(info, 2)};
  const auto kind = BooleanArgument(info, 3) ? trust::DataKind::kText : trust::DataKind::kBytes;
  return ToValue(info.Env(), ContextArgument(info, 0)->LoadVerifyData(data, kind));
}

// A path is passed as bytes, because it need not be UTF-8.
template <Status (Context::*Load)(const std::string&)>
Napi::Value LoadPath(const Info& info) {
  const openssl::ErrorScope scope;
  const openssl::SecureBytes path = CopiedBytesArgument(info, 1);
  return ToValue(info.Env(),
                 (*ContextArgument(info, 0).*Load)(std::string(path.begin(), path.end())));
}

// loadDefaultCerts(context, SSL_CERT_FILE, SSL_CERT_DIR, purpose): troubles
Napi::Value LoadDefaultCerts(const Info& info) {
  const openssl::ErrorScope scope;
  const Result<std::vector<trust::Trouble>> troubles = ContextArgument(info, 0)->LoadDefaultCerts(
      EnvironmentArguments(info, 1), StringArgument(info, 3));
  if (!troubles.ok()) return ToRecord(info.Env(), troubles.error());
  return ToValue(info.Env(), troubles.value());
}

Napi::Value SessionStats(const Info& info) {
  const Napi::Env env = info.Env();
  const tls::SessionStats stats = tls::CountSessions(*ContextArgument(info, 0));
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
  Result<tls::StoreStats> stats = ContextArgument(info, 0)->CertStoreStats();
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
  Result<std::vector<openssl::X509Ptr>> certificates = ContextArgument(info, 0)->CaCerts();
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
    {"contextVerifyFlags", VerifyFlags},
    {"contextSetVerifyFlags", SetVerifyFlags},
    {"contextVerifyMode", VerifyMode},
    {"contextSetVerifyMode", SetVerifyMode},
    {"contextCheckHostname", CheckHostname},
    {"contextSetCheckHostname", SetCheckHostname},
    {"contextHostnameChecksCommonName", HostnameChecksCommonName},
    {"contextSetHostnameChecksCommonName", SetHostnameChecksCommonName},
    {"contextVerifyDepth", VerifyDepth},
    {"contextSetVerifyDepth", SetVerifyDepth},
    {"contextMinimumVersion", VersionBound<Bound::kMinimum>},
    {"contextSetMinimumVersion", SetVersionBound<Bound::kMinimum>},
    {"contextMaximumVersion", VersionBound<Bound::kMaximum>},
    {"contextSetMaximumVersion", SetVersionBound<Bound::kMaximum>},
    {"contextSecurityLevel", SecurityLevel},
    {"contextNumTickets", NumTickets},
    {"contextSetNumTickets", SetNumTickets},
    {"contextPostHandshakeAuth", PostHandshakeAuth},
    {"contextSetPostHandshakeAuth", SetPostHandshakeAuth},
    {"contextBringsVerifySettings", BringsVerifySettings},
    {"contextSetBringsVerifySettings", SetBringsVerifySettings},
    {"contextSetLogsKeys", SetLogsKeys},
    {"contextSetKeepsMessages", SetKeepsMessages},
    {"contextSessionStats", SessionStats},
    {"contextLoadVerifyFile", LoadPath<&Context::LoadVerifyFile>},
    {"contextLoadVerifyDirectory", LoadPath<&Context::LoadVerifyDirectory>},
    {"contextLoadVerifyData", LoadVerifyData},
    {"contextLoadDefaultCerts", LoadDefaultCerts},
    {"contextCertStoreStats", CertStoreStats},
    {"contextCaCerts", CaCerts},
};

}  // namespace

void RegisterContext(Napi::Env env, Napi::Object exports) { SetEntries(env, exports, kEntries); }

}  // namespace hermetic::napi
