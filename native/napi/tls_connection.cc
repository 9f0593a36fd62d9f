// A connection's functions for JavaScript, except for the negotiated values
// (tls_connection_info.cc). Each takes the connection's handle first, and returns a record of kind
// "state" after the connection is closed.
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "native/base/bytes.h"
#include "native/base/error.h"
#include "native/base/result.h"
#include "native/napi/convert.h"
#include "native/napi/domains.h"
#include "native/napi/error_record.h"
#include "native/napi/handle.h"
#include "native/napi/tls_asker.h"
#include "native/napi/tls_handles.h"
#include "native/napi/tls_step.h"
#include "native/openssl/secure_bytes.h"
#include "native/tls/connection/connection.h"
#include "native/tls/connection/connection_details.h"
#include "native/tls/connection/memory_bio.h"
#include "native/tls/connection/message.h"
#include "native/tls/connection/step.h"
#include "native/tls/context/context.h"
#include "native/tls/session/session.h"

namespace hermetic::napi {
namespace {

using Info = Napi::CallbackInfo;
using tls::Connection;
using tls::Step;
using tls::StepState;

// A connection without MemoryBIOs has queues of its own, for tls_exchange.cc.
std::shared_ptr<tls::MemoryBio> QueueArgument(const Info& info, size_t index) {
  if (IsMissing(info, index)) return std::make_shared<tls::MemoryBio>();
  return MemoryBioArgument(info, index);
}

// connectionCreate(context, incoming or null, outgoing or null, isServer, serverHostname or "",
// asksClientHello)
Napi::Value Create(const Info& info) {
  tls::ConnectionOptions options;
  options.context = SharedContextArgument(info, 0);
  options.transport = {QueueArgument(info, 1), QueueArgument(info, 2)};
  options.is_server = BooleanArgument(info, 3);
  options.server_hostname = StringArgument(info, 4);
  options.asks_client_hello = BooleanArgument(info, 5);
  Result<std::unique_ptr<Connection>> connection = Connection::Create(std::move(options));
  if (!connection.ok()) return ToRecord(info.Env(), connection.error());
  return ToHandle(info.Env(), kConnection, std::move(*connection));
}

Napi::Array KeptFacts(Napi::Env env, bool is_resumed,
                      const std::optional<std::string>& server_name) {
  Napi::Array kept = Napi::Array::New(env, 2);
  kept.Set(0U, Napi::Boolean::New(env, is_resumed));
  kept.Set(1U, ToValue(env, server_name));
  return kept;
}

// connectionClose(connection): inside a step of the connection, here or elsewhere, it takes effect
// after the step. Returns [isResumed, serverName or null], which lib/ keeps, or a record if it is
// closed already.
Napi::Value Close(const Info& info) {
  auto& owned = ConnectionArgument(info);
  if (owned.is_elsewhere()) {
    owned.place = Place::kClosedElsewhere;
    return KeptFacts(info.Env(), owned.is_resumed, owned.server_name);
  }
  return WithConnection(info, [&](Connection& connection) -> Napi::Value {
    Napi::Array kept =
        KeptFacts(info.Env(), tls::IsResumed(connection), connection.hello().server_name());
    if (connection.stepping().is_running) {
      connection.stepping().is_closed = true;
    } else {
      CloseOwned(info.Env(), &owned);
    }
    return kept;
  });
}

// (connection, ask or null)
template <Step (Connection::*Take)()>
Napi::Value PlainStep(const Info& info) {
  return TakeStep(info, 1, [](Connection& connection, const JsAsker& /*asker*/) {
    return (connection.*Take)();
  });
}

// JavaScript that runs inside the step may detach its memory. The step reads into other memory,
// from which the plaintext is copied when JavaScript can no longer run.
Step ReadViaScratch(const Info& info, Connection& connection, const JsAsker& asker, size_t most) {
  openssl::SecureBytes plaintext(std::min<size_t>(most, SSL3_RT_MAX_PLAIN_LENGTH));
  Step step = connection.Read(plaintext);
  if (step.state != StepState::kDone || asker.has_failed()) return step;
  const MutableByteView out = BytesArgument(info, 1);
  if (out.size() < step.count) {
    return {StepState::kFailed, 0, StateError("a callback has shrunk the memory to fill")};
  }
  std::copy_n(plaintext.begin(), step.count, out.begin());
  return step;
}

// connectionRead(connection, out, ask or null)
Napi::Value Read(const Info& info) {
  const MutableByteView out = BytesArgument(info, 1);
  return TakeStep(info, 2, [&](Connection& connection, const JsAsker& asker) {
    if (!asker.is_there()) return connection.Read(out);
    return ReadViaScratch(info, connection, asker, out.size());
  });
}

// connectionWrite(connection, bytes, ask or null)
Napi::Value Write(const Info& info) {
  const ByteView bytes = BytesArgument(info, 1);
  return TakeStep(info, 2, [&](Connection& connection, const JsAsker& asker) {
    // Only a handshake asks; ReadViaScratch explains the reason for the copy.
    if (!asker.is_there() || connection.IsHandshakeDone()) return connection.Write(bytes);
    return connection.Write(openssl::SecureBytes(bytes.begin(), bytes.end()));
  });
}

// connectionTakeKeyLog(connection): null if nothing was logged.
Napi::Value TakeKeyLog(const Info& info) {
  return WithIdleConnection(info, [&](Connection& connection) -> Napi::Value {
    const openssl::SecureBytes lines = connection.TakeKeyLog();
    if (lines.empty()) return info.Env().Null();
    return ToBuffer(info.Env(), lines);
  });
}

Napi::Object ToObject(Napi::Env env, const tls::Message& message) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("isSent", Napi::Boolean::New(env, message.is_sent));
  object.Set("version", Napi::Number::New(env, message.version));
  object.Set("contentType", Napi::Number::New(env, message.content_type));
  object.Set("messageType", Napi::Number::New(env, message.message_type));
  object.Set("bytes", ToBuffer(env, message.bytes));
  return object;
}

Napi::Value KeepMessages(const Info& info) {
  return WithIdleConnection(info, [&](Connection& connection) {
    connection.KeepMessages();
    return info.Env().Undefined();
  });
}

Napi::Value TakeMessages(const Info& info) {
  return WithIdleConnection(info, [&](Connection& connection) -> Napi::Value {
    Napi::Array list = Napi::Array::New(info.Env());
    for (const tls::Message& message : connection.TakeMessages()) {
      list.Set(list.Length(), ToObject(info.Env(), message));
    }
    return list;
  });
}

Napi::Value UseContext(const Info& info) {
  const std::shared_ptr<tls::Context>& context = SharedContextArgument(info, 1);
  return WithIdleConnection(info, [&](Connection& connection) {
    return ToValue(info.Env(), connection.UseContext(context));
  });
}

Napi::Value UseCertificates(const Info& info) {
  const std::shared_ptr<tls::Context>& source = SharedContextArgument(info, 1);
  return WithIdleConnection(info, [&](Connection& connection) {
    return ToValue(info.Env(), connection.UseCertificates(source));
  });
}

Napi::Value IsHandshakeDone(const Info& info) {
  if (ConnectionArgument(info).is_elsewhere()) return Napi::Boolean::New(info.Env(), false);
  return WithConnection(info, [&](Connection& connection) {
    return Napi::Boolean::New(info.Env(), connection.IsHandshakeDone());
  });
}

Napi::Value Pending(const Info& info) {
  return WithConnection(info, [&](Connection& connection) {
    return Napi::Number::New(info.Env(), SSL_pending(connection.native()));
  });
}

Napi::Value IsResumed(const Info& info) {
  const auto& owned = ConnectionArgument(info);
  if (owned.is_elsewhere()) return Napi::Boolean::New(info.Env(), owned.is_resumed);
  return WithConnection(info, [&](Connection& connection) {
    return Napi::Boolean::New(info.Env(), tls::IsResumed(connection));
  });
}

Napi::Value CurrentSession(const Info& info) {
  return WithConnection(info, [&](Connection& connection) -> Napi::Value {
    std::unique_ptr<tls::Session> session = tls::CurrentSession(connection);
    if (!session) return info.Env().Null();
    return ToHandle(info.Env(), kSession, std::move(session));
  });
}

Napi::Value ResumeSession(const Info& info) {
  const tls::Session& session = HandleArgument<tls::Session>(info, 1, kSession);
  return WithIdleConnection(info, [&](Connection& connection) {
    return ToValue(info.Env(), tls::ResumeSession(&connection, session));
  });
}

Napi::Value SessionFields(const Info& info) {
  const Napi::Env env = info.Env();
  const tls::Session& session = HandleArgument<tls::Session>(info, 0, kSession);
  const tls::SessionFields fields = session.Fields();
  Napi::Object object = Napi::Object::New(env);
  object.Set("id", ToBuffer(env, fields.id));
  object.Set("time", Napi::Number::New(env, static_cast<double>(fields.time)));
  object.Set("timeout", Napi::Number::New(env, static_cast<double>(fields.timeout)));
  object.Set("ticketLifetimeHint",
             Napi::Number::New(env, static_cast<double>(fields.ticket_lifetime_hint)));
  object.Set("hasTicket", Napi::Boolean::New(env, fields.has_ticket));
  object.Set("ticket", ToBuffer(env, tls::TicketOf(session)));
  return object;
}

constexpr Entry kEntries[] = {
    {"connectionCreate", Create},
    {"connectionClose", Close},
    {"connectionHandshake", PlainStep<&Connection::Handshake>},
    {"connectionRead", Read},
    {"connectionWrite", Write},
    {"connectionShutdown", PlainStep<&Connection::Shutdown>},
    {"connectionSendCloseNotify", PlainStep<&Connection::SendCloseNotify>},
    {"connectionVerifyClientPostHandshake", PlainStep<&Connection::VerifyClientPostHandshake>},
    {"connectionTakeKeyLog", TakeKeyLog},
    {"connectionKeepMessages", KeepMessages},
    {"connectionTakeMessages", TakeMessages},
    {"connectionUseContext", UseContext},
    {"connectionUseCertificates", UseCertificates},
    {"connectionIsHandshakeDone", IsHandshakeDone},
    {"connectionPending", Pending},
    {"connectionIsResumed", IsResumed},
    {"connectionSession", CurrentSession},
    {"connectionResumeSession", ResumeSession},
    {"sessionFields", SessionFields},
};

}  // namespace

Napi::Value ToValue(Napi::Env env, const Step& step) {
  if (step.state == StepState::kFailed) return ToRecord(env, step.error);
  if (step.state == StepState::kDone)
    return Napi::Number::New(env, static_cast<double>(step.count));
  return Napi::Number::New(env, static_cast<int>(step.state));
}

void RegisterConnection(Napi::Env env, Napi::Object exports) { SetEntries(env, exports, kEntries); }

}  // namespace hermetic::napi
