// Sessions that the application stores, for JavaScript, and the keys of tickets.
#include <memory>
#include <utility>

#include "native/base/result.h"
#include "native/napi/convert.h"
#include "native/napi/domains.h"
#include "native/napi/error_record.h"
#include "native/napi/handle.h"
#include "native/napi/tls_handles.h"
#include "native/napi/tls_settings.h"
#include "native/openssl/error.h"
#include "native/openssl/secure_bytes.h"
#include "native/tls/connection/connection.h"
#include "native/tls/context/context.h"
#include "native/tls/session/session.h"
#include "native/tls/session/session_storage.h"

namespace hermetic::napi {
namespace {

using Info = Napi::CallbackInfo;
using tls::Connection;

Napi::Value ToValue(Napi::Env env, const Result<openssl::SecureBytes>& bytes) {
  if (!bytes.ok()) return ToRecord(env, bytes.error());
  return ToBuffer(env, bytes.value());
}

// contextSetSessionTimeout(context, seconds)
Napi::Value SetTimeout(const Info& info) {
  ContextChange(info)->SetSessionTimeout(Int32Argument(info, 1));
  return info.Env().Undefined();
}

// contextSetSessionIdSalt(context, text)
Napi::Value SetSalt(const Info& info) {
  ContextChange(info)->sessions().SetSalt(StringArgument(info, 1));
  return info.Env().Undefined();
}

// contextSetTicketKeys(context, keys): 48 bytes each, concatenated.
Napi::Value SetTicketKeys(const Info& info) {
  const openssl::ErrorScope scope;
  return napi::ToValue(info.Env(),
                       ContextChange(info)->SetTicketKeys(CopiedBytesArgument(info, 1)));
}

Napi::Value TicketKeys(const Info& info) {
  const openssl::ErrorScope scope;
  return ToValue(info.Env(), ContextChange(info)->TicketKeyBytes());
}

Napi::Value TakeSessions(const Info& info) {
  return WithIdleConnection(info, [&](Connection& connection) -> Napi::Value {
    Napi::Array list = Napi::Array::New(info.Env());
    for (std::unique_ptr<tls::Session>& session : tls::TakeSessions(&connection))
      list.Set(list.Length(), ToHandle(info.Env(), kSession, std::move(session)));
    return list;
  });
}

// connectionSetStoredSession(connection, der)
Napi::Value SetStoredSession(const Info& info) {
  const openssl::SecureBytes der = CopiedBytesArgument(info, 1);
  return WithIdleConnection(info, [&](Connection& connection) {
    return napi::ToValue(info.Env(), connection.SetStoredSession(der));
  });
}

Napi::Value ToDerBytes(const Info& info) {
  const openssl::ErrorScope scope;
  const auto& session = HandleArgument<tls::Session>(info, 0, kSession);
  return ToValue(info.Env(), tls::EncodeSession(session.native()));
}

constexpr Entry kEntries[] = {
    {"contextSetStoresSessions", SetBoolean<&tls::Context::SetStoresSessions>},
    {"contextSetSessionTimeout", SetTimeout},
    {"contextSetSessionIdSalt", SetSalt},
    {"contextSetTicketKeys", SetTicketKeys},
    {"contextTicketKeys", TicketKeys},
    {"connectionTakeSessions", TakeSessions},
    {"connectionSetStoredSession", SetStoredSession},
    {"sessionToDer", ToDerBytes},
};

}  // namespace

void RegisterSessionStore(Napi::Env env, Napi::Object exports) {
  SetEntries(env, exports, kEntries);
}

}  // namespace hermetic::napi
