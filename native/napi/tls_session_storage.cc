// Sessions as bytes, for JavaScript to store.
#include <memory>
#include <utility>

#include "native/base/result.h"
#include "native/napi/convert.h"
#include "native/napi/domains.h"
#include "native/napi/error_record.h"
#include "native/napi/handle.h"
#include "native/napi/tls_handles.h"
#include "native/openssl/secure_bytes.h"
#include "native/tls/session/session.h"
#include "native/tls/session/session_storage.h"

namespace hermetic::napi {
namespace {

using Info = Napi::CallbackInfo;

Napi::Value Serialize(const Info& info) {
  const auto& session = HandleArgument<tls::Session>(info, 0, kSession);
  Result<openssl::SecureBytes> bytes = tls::SerializeSession(session);
  if (!bytes.ok()) return ToRecord(info.Env(), bytes.error());
  return ToBuffer(info.Env(), *bytes);
}

// sessionDeserialize(bytes, context)
Napi::Value Deserialize(const Info& info) {
  const openssl::SecureBytes bytes = CopiedBytesArgument(info, 0);
  Result<std::unique_ptr<tls::Session>> session =
      tls::DeserializeSession(bytes, SharedContextArgument(info, 1));
  if (!session.ok()) return ToRecord(info.Env(), session.error());
  return ToHandle(info.Env(), kSession, std::move(*session));
}

constexpr Entry kEntries[] = {
    {"sessionSerialize", Serialize},
    {"sessionDeserialize", Deserialize},
};

}  // namespace

void RegisterSessionStorage(Napi::Env env, Napi::Object exports) {
  SetEntries(env, exports, kEntries);
}

}  // namespace hermetic::napi
