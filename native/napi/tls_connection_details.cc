// Details of a connection for JavaScript that only node:tls shows, and its renegotiation.
#include <optional>
#include <string>

#include "native/napi/convert.h"
#include "native/napi/domains.h"
#include "native/napi/error_record.h"
#include "native/napi/tls_handles.h"
#include "native/tls/connection/connection.h"
#include "native/tls/connection/connection_details.h"

namespace hermetic::napi {
namespace {

using Info = Napi::CallbackInfo;
using tls::Connection;

template <auto Ask>
Napi::Value Answer(const Info& info) {
  return WithConnection(
      info, [&](Connection& connection) { return ToValue(info.Env(), Ask(connection)); });
}

Napi::Value SharedSigalgs(const Info& info) {
  return WithConnection(info, [&](Connection& connection) -> Napi::Value {
    Napi::Array list = Napi::Array::New(info.Env());
    for (const std::string& name : tls::SharedSigalgs(connection))
      list.Set(list.Length(), Napi::String::New(info.Env(), name));
    return list;
  });
}

// connectionEphemeralKey(connection): [type, name, bits] or null.
Napi::Value EphemeralKey(const Info& info) {
  return WithConnection(info, [&](Connection& connection) -> Napi::Value {
    const Napi::Env env = info.Env();
    const std::optional<tls::EphemeralKey> key = tls::EphemeralKeyOf(connection);
    if (!key.has_value()) return env.Null();
    Napi::Array triple = Napi::Array::New(env, 3);
    triple.Set(0U, Napi::String::New(env, key->type));
    triple.Set(1U, Napi::String::New(env, key->name));
    triple.Set(2U, Napi::Number::New(env, key->bits));
    return triple;
  });
}

// connectionSetMaxSendFragment(connection, length)
Napi::Value SetMaxSendFragment(const Info& info) {
  const size_t len = Uint32Argument(info, 1);
  return WithIdleConnection(info, [&](Connection& connection) {
    return Napi::Boolean::New(info.Env(), connection.SetMaxSendFragment(len));
  });
}

Napi::Value Renegotiate(const Info& info) {
  return WithIdleConnection(
      info, [&](Connection& connection) { return ToValue(info.Env(), connection.Renegotiate()); });
}

constexpr Entry kEntries[] = {
    {"connectionSharedSigalgs", SharedSigalgs},
    {"connectionEphemeralKey", EphemeralKey},
    {"connectionFinished", Answer<tls::OwnFinished>},
    {"connectionPeerFinished", Answer<tls::PeerFinished>},
    {"connectionTicket", Answer<tls::Ticket>},
    {"connectionSetMaxSendFragment", SetMaxSendFragment},
    {"connectionRenegotiate", Renegotiate},
};

}  // namespace

void RegisterConnectionDetails(Napi::Env env, Napi::Object exports) {
  SetEntries(env, exports, kEntries);
}

}  // namespace hermetic::napi
