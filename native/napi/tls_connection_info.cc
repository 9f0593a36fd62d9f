// A connection's negotiated values for JavaScript. Each function takes the connection's handle
// first, and returns a record of kind "state" after the connection is closed.
#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

#include "native/base/bytes.h"
#include "native/base/error.h"
#include "native/base/result.h"
#include "native/napi/convert.h"
#include "native/napi/domains.h"
#include "native/napi/error_record.h"
#include "native/napi/throw.h"
#include "native/napi/tls_handles.h"
#include "native/openssl/secure_bytes.h"
#include "native/tls/connection/channel_binding.h"
#include "native/tls/connection/connection.h"
#include "native/tls/connection/connection_info.h"

namespace hermetic::napi {
namespace {

using Info = Napi::CallbackInfo;
using tls::Connection;

struct BindingType {
  std::string_view name;
  Result<std::optional<Bytes>> (*make)(const Connection& connection);
};

constexpr BindingType kBindings[] = {
    {"tls-unique", tls::TlsUnique},
    {"tls-server-end-point", tls::TlsServerEndPoint},
    {"tls-exporter", tls::TlsExporter},
};

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

// connectionPeerCertificate(connection, binaryForm): null without a certificate; {} if its
// verification was not required.
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

// connectionLocalCertificate(connection): DER, or null.
Napi::Value LocalCertificate(const Info& info) {
  return WithConnection(info, [&](Connection& connection) -> Napi::Value {
    const X509* certificate = SSL_get_certificate(connection.native());
    return certificate == nullptr ? info.Env().Null() : ToDer(info.Env(), certificate);
  });
}

// connectionChannelBinding(connection, type): null without a binding.
Napi::Value ChannelBinding(const Info& info) {
  const std::string type = StringArgument(info, 1);
  return WithConnection(info, [&](Connection& connection) -> Napi::Value {
    const Napi::Env env = info.Env();
    const auto* kind = std::find_if(std::begin(kBindings), std::end(kBindings),
                                    [&](const BindingType& known) { return known.name == type; });
    if (kind == std::end(kBindings)) {
      return ToRecord(env, ValueError("'" + type + "' channel binding type not implemented"));
    }
    const Result<std::optional<Bytes>> binding = kind->make(connection);
    if (!binding.ok()) return ToRecord(env, binding.error());
    if (!binding.value().has_value()) return env.Null();
    return ToBuffer(env, *binding.value());
  });
}

// connectionExportKeyingMaterial(connection, length, label, context or null)
Napi::Value ExportKeyingMaterial(const Info& info) {
  const int64_t len = IntegerArgument(info, 1);
  if (len < 0 || len > UINT16_MAX) ThrowContract(info.Env(), "a length must fit in 16 bits");
  const std::string label = StringArgument(info, 2);
  std::optional<ByteView> context;
  if (!IsMissing(info, 3)) context = BytesArgument(info, 3);
  return WithConnection(info, [&](Connection& connection) -> Napi::Value {
    const Result<openssl::SecureBytes> exported =
        tls::ExportKeyingMaterial(connection, static_cast<size_t>(len), label, context);
    if (!exported.ok()) return ToRecord(info.Env(), exported.error());
    return ToBuffer(info.Env(), exported.value());
  });
}

constexpr Entry kEntries[] = {
    {"connectionVersion", Answer<tls::Version>},
    {"connectionCipher", Answer<tls::Cipher>},
    {"connectionCipherStandardName", Answer<tls::CipherStandardName>},
    {"connectionSharedCiphers", SharedCiphers},
    {"connectionGroup", Answer<tls::Group>},
    {"connectionServerSigalg", Answer<tls::ServerSigalg>},
    {"connectionClientSigalg", Answer<tls::ClientSigalg>},
    {"connectionSelectedAlpnProtocol", Answer<tls::SelectedAlpnProtocol>},
    {"connectionChannelBinding", ChannelBinding},
    {"connectionExportKeyingMaterial", ExportKeyingMaterial},
    {"connectionPeerCertificate", PeerCertificate},
    {"connectionLocalCertificate", LocalCertificate},
    {"connectionOcspResponse", Answer<tls::OcspResponse>},
    {"connectionUnverifiedChain", Answer<tls::UnverifiedChain>},
    {"connectionVerifiedChain", Answer<tls::VerifiedChain>},
};

}  // namespace

void RegisterConnectionInfo(Napi::Env env, Napi::Object exports) {
  SetEntries(env, exports, kEntries);
}

}  // namespace hermetic::napi
