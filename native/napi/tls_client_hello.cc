// The stop at the ClientHello for JavaScript: what the client has offered, and the answers.
#include <cstdint>
#include <optional>
#include <utility>

#include "native/base/bytes.h"
#include "native/napi/convert.h"
#include "native/napi/domains.h"
#include "native/napi/error_record.h"
#include "native/napi/tls_handles.h"
#include "native/openssl/secure_bytes.h"
#include "native/tls/connection/client_hello.h"
#include "native/tls/connection/connection.h"
#include "native/tls/connection/stored_answers.h"

namespace hermetic::napi {
namespace {

using Info = Napi::CallbackInfo;
using tls::Connection;

Napi::Value ServerName(const Info& info) {
  const auto& owned = ConnectionArgument(info);
  if (owned.is_elsewhere()) return ToValue(info.Env(), owned.server_name);
  return WithConnection(info, [&](Connection& connection) {
    return ToValue(info.Env(), connection.hello().server_name());
  });
}

Napi::Object ToObject(Napi::Env env, const tls::ClientHello& hello) {
  Napi::Array identities = Napi::Array::New(env);
  for (const Bytes& identity : hello.psk_identities)
    identities.Set(identities.Length(), ToBuffer(env, identity));
  Napi::Object object = Napi::Object::New(env);
  object.Set("serverName", ToValue(env, hello.server_name));
  object.Set("alpnProtocols", ToBuffer(env, hello.alpn_protocols));
  object.Set("sessionId", ToBuffer(env, hello.session_id));
  object.Set("hasTicket", Napi::Boolean::New(env, hello.has_ticket));
  object.Set("pskIdentities", identities);
  object.Set("requestsOcspResponse", Napi::Boolean::New(env, hello.requests_ocsp_response));
  object.Set("offersTls13", Napi::Boolean::New(env, hello.offers_tls13));
  return object;
}

// connectionClientHello(connection): null if the connection has not stopped at one.
Napi::Value ClientHello(const Info& info) {
  return WithConnection(info, [&](Connection& connection) -> Napi::Value {
    const tls::HelloGate& hello = connection.hello();
    if (!hello.is_asking() && !hello.is_answered()) return info.Env().Null();
    return ToObject(info.Env(), hello.client_hello());
  });
}

// connectionAnswerClientHello(connection, alert or null)
Napi::Value AnswerClientHello(const Info& info) {
  std::optional<uint8_t> alert;
  if (!IsMissing(info, 1)) alert = static_cast<uint8_t>(IntegerWithin(info, 1, 0, UINT8_MAX));
  return WithIdleConnection(info, [&](Connection& connection) {
    connection.hello().Answer(alert);
    return info.Env().Undefined();
  });
}

// connectionSetAlpn(connection, wire, needsOverlap)
Napi::Value SetAlpn(const Info& info) {
  const openssl::SecureBytes wire = CopiedBytesArgument(info, 1);
  tls::AlpnAnswer answer{{wire.begin(), wire.end()}, BooleanArgument(info, 2)};
  return WithIdleConnection(info, [&](Connection& connection) {
    return ToValue(info.Env(), connection.SetAlpn(std::move(answer)));
  });
}

// connectionSetOcspResponse(connection, der)
Napi::Value SetOcspResponse(const Info& info) {
  const openssl::SecureBytes der = CopiedBytesArgument(info, 1);
  return WithIdleConnection(info, [&](Connection& connection) {
    return ToValue(info.Env(), connection.SetOcspResponse({der.begin(), der.end()}));
  });
}

Napi::Value RequestOcspResponse(const Info& info) {
  return WithIdleConnection(info, [&](Connection& connection) {
    return ToValue(info.Env(), connection.RequestOcspResponse());
  });
}

constexpr Entry kEntries[] = {
    {"connectionServerName", ServerName},
    {"connectionClientHello", ClientHello},
    {"connectionAnswerClientHello", AnswerClientHello},
    {"connectionSetAlpn", SetAlpn},
    {"connectionSetOcspResponse", SetOcspResponse},
    {"connectionRequestOcsp", RequestOcspResponse},
};

}  // namespace

void RegisterClientHello(Napi::Env env, Napi::Object exports) {
  SetEntries(env, exports, kEntries);
}

}  // namespace hermetic::napi
