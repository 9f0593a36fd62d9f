// The kinds of TLS handles, and the conversions that several TLS files share.
#pragma once

#include <napi.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "native/base/error.h"
#include "native/base/result.h"
#include "native/napi/convert.h"
#include "native/napi/error_record.h"
#include "native/napi/handle.h"
#include "native/tls/connection/connection.h"
#include "native/tls/connection/connection_info.h"
#include "native/tls/connection/memory_bio.h"
#include "native/tls/context/context.h"
#include "native/tls/context/settings_lock.h"
#include "native/tls/session/session.h"

namespace hermetic::napi {

// The byte counts are the measured allocations of OpenSSL 3.5.
inline constexpr HandleKind kContext = {{0x5d1f2c0be4a84f6b, 0x9a1e7d3c5b2f4810}, "context", 13312};
inline constexpr HandleKind kConnection = {
    {0x8b7a0c2f61d94e35, 0xb4c3e5f60718293a}, "connection", 20480};
inline constexpr HandleKind kMemoryBio = {
    {0x1c9e8d7f6a5b4c3d, 0x2e1f0a9b8c7d6e5f}, "memory BIO", 256};
inline constexpr HandleKind kSession = {{0x7f3b5a1d9c8e4062, 0xd0c1b2a394857667}, "session", 2048};

inline const std::shared_ptr<tls::Context>& SharedContextArgument(const Napi::CallbackInfo& info,
                                                                  size_t index) {
  return HandleArgument<std::shared_ptr<tls::Context>>(info, index, kContext);
}
inline const tls::Context& ContextArgument(const Napi::CallbackInfo& info, size_t index) {
  return *SharedContextArgument(info, index);
}

// ContextChange is the context of argument 0 while an entry changes it. No handshake on another
// thread reads it meanwhile.
class ContextChange {
 public:
  explicit ContextChange(const Napi::CallbackInfo& info)
      : context_(*SharedContextArgument(info, 0)), lock_(context_.settings_lock()) {}
  tls::Context& operator*() const { return context_; }
  tls::Context* operator->() const { return &context_; }

 private:
  tls::Context& context_;
  std::unique_lock<tls::SettingsLock> lock_;
};

inline const std::shared_ptr<tls::MemoryBio>& MemoryBioArgument(const Napi::CallbackInfo& info,
                                                                size_t index) {
  return HandleArgument<std::shared_ptr<tls::MemoryBio>>(info, index, kMemoryBio);
}

inline Napi::Object ClosedRecord(Napi::Env env) {
  return ToRecord(env, StateError("the connection is closed"));
}

inline Napi::Object ElsewhereRecord(Napi::Env env) {
  return ToRecord(env, StateError("the connection is taking a step of its handshake on another "
                                  "thread: wait until the handshake is done"));
}

// Place is where the connection of a handle is: at home, or on the pool for one step of its
// handshake. One that was closed meanwhile is destroyed when it comes back.
enum class Place : uint8_t { kHome, kElsewhere, kClosedElsewhere };

// A connection moves whole. Meanwhile its handle has no object, so that nothing can touch it.
template <>
struct Owned<tls::Connection> {
  std::unique_ptr<tls::Connection> object;
  int64_t native_len;
  Place place = Place::kHome;
  // While it is elsewhere, these are as before the step.
  bool is_resumed = false;
  std::optional<std::string> server_name = {};

  bool is_elsewhere() const { return place == Place::kElsewhere; }
};

inline Owned<tls::Connection>& ConnectionArgument(const Napi::CallbackInfo& info) {
  return OwnedArgument<tls::Connection>(info, 0, kConnection);
}

// WithConnection calls `use` with the open connection, of argument 0 if nothing else is said, or
// returns the record of a connection that is closed or elsewhere. The connection may be inside a
// step, so `use` must not change it.
template <typename Use>
Napi::Value WithConnection(Napi::Env env, const Owned<tls::Connection>& owned, Use use) {
  if (owned.is_elsewhere()) return ElsewhereRecord(env);
  tls::Connection* const connection = owned.object.get();
  if (connection == nullptr || connection->stepping().is_closed) return ClosedRecord(env);
  return use(*connection);
}
template <typename Use>
Napi::Value WithConnection(const Napi::CallbackInfo& info, Use use) {
  return WithConnection(info.Env(), ConnectionArgument(info), use);
}

// WithIdleConnection is for functions that change the connection: inside a step, too, it returns a
// record.
template <typename Use>
Napi::Value WithIdleConnection(Napi::Env env, const Owned<tls::Connection>& owned, Use use) {
  return WithConnection(env, owned, [&](tls::Connection& connection) -> Napi::Value {
    if (!connection.stepping().is_running) return use(connection);
    return ToRecord(env, StateError("the connection is inside a step"));
  });
}
template <typename Use>
Napi::Value WithIdleConnection(const Napi::CallbackInfo& info, Use use) {
  return WithIdleConnection(info.Env(), ConnectionArgument(info), use);
}

// A step is a count of bytes (0 and up), a StepState below zero, or an error record.
Napi::Value ToValue(Napi::Env env, const tls::Step& step);
Napi::Value ToValue(Napi::Env env, const std::optional<std::string>& text);
Napi::Value ToValue(Napi::Env env, const std::optional<tls::CipherTriple>& cipher);
Napi::Value ToValue(Napi::Env env, const std::optional<Bytes>& bytes);
Napi::Value ToValue(Napi::Env env, const Result<std::vector<Bytes>>& list);
Napi::Value ToValue(Napi::Env env, const Result<std::vector<std::string>>& list);

// ToCertificate returns Python's dictionary of a certificate as an object, or an error record if
// the certificate cannot be decoded.
Napi::Value ToCertificate(Napi::Env env, const X509* certificate);
Napi::Value ToDer(Napi::Env env, const X509* certificate);

}  // namespace hermetic::napi
