// What a connection has negotiated, as JavaScript sees it. Each function takes the connection's
// handle first, and gives a record of kind "state" once the connection is closed.
#include <optional>

#include "native/napi/convert.h"
#include "native/napi/domains.h"
#include "native/napi/tls_handles.h"
#include "native/tls/connection.h"
#include "native/tls/connection_info.h"

namespace hermetic::glue {
namespace {

using Info = Napi::CallbackInfo;
using tls::Connection;

template <auto Ask>
Napi::Value Answer(const Info& info) {
  return WithConnection(
      info, [&](Connection& connection) { return ToValue(info.Env(), Ask(connection)); });
}

Napi::Value SharedCiphers(const Info& info) {
  return WithConnection(info, [&](Connection& connection) -> Napi::Value {
    const auto ciphers = tls::SharedCiphers(connection);
    if (!ciphers.has_value()) return info.Env().Null();
    Napi::Array list = Napi::Array::New(info.Env());
    for (const tls::CipherTriple& cipher : *ciphers) {
      list.Set(list.Length(), ToValue(info.Env(), std::optional<tls::CipherTriple>(cipher)));
    }
    return list;
  });
}

// connectionPeerCertificate(connection, binaryForm): null without one; {} where it was not asked to
// be verified.
Napi::Value PeerCertificate(const Info& info) {
  const bool binary_form = BooleanArgument(info, 1);
  return WithConnection(info, [&](Connection& connection) -> Napi::Value {
    const Napi::Env env = info.Env();
    const openssl::X509Ptr certificate = tls::PeerCertificate(connection);
    if (!certificate) return env.Null();
    if (binary_form) return ToDer(env, certificate.get());
    if (!tls::ChecksPeer(connection)) return Napi::Object::New(env);
    return ToCertificate(env, certificate.get());
  });
}

constexpr Entry kEntries[] = {
    {"connectionVersion", Answer<tls::Version>},
    {"connectionCipher", Answer<tls::Cipher>},
    {"connectionSharedCiphers", SharedCiphers},
    {"connectionGroup", Answer<tls::Group>},
    {"connectionServerSigalg", Answer<tls::ServerSigalg>},
    {"connectionClientSigalg", Answer<tls::ClientSigalg>},
    {"connectionSelectedAlpnProtocol", Answer<tls::SelectedAlpnProtocol>},
    {"connectionPeerCertificate", PeerCertificate},
    {"connectionUnverifiedChain", Answer<tls::UnverifiedChain>},
    {"connectionVerifiedChain", Answer<tls::VerifiedChain>},
};

}  // namespace

void RegisterConnectionInfo(Napi::Env env, Napi::Object exports) {
  SetEntries(env, exports, kEntries);
}

}  // namespace hermetic::glue
