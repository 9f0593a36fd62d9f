// Pre-shared keys for JavaScript: which contexts ask for them, and the requests. The kinds are the
// names of callbacks in lib/ssl.
#include <openssl/ssl.h>

#include <optional>
#include <string>
#include <utility>

#include "native/base/bytes.h"
#include "native/napi/convert.h"
#include "native/napi/domains.h"
#include "native/napi/error_record.h"
#include "native/napi/tls_asker.h"
#include "native/napi/tls_handles.h"
#include "native/napi/tls_settings.h"
#include "native/openssl/error.h"
#include "native/openssl/secure_bytes.h"
#include "native/tls/connection/asker.h"
#include "native/tls/connection/connection.h"
#include "native/tls/context/context.h"

namespace hermetic::napi {
namespace {

using Info = Napi::CallbackInfo;
using openssl::SecureBytes;

// contextSetAsksPskServer(context, asks, identityHint or null)
Napi::Value SetAsksServer(const Info& info) {
  const openssl::ErrorScope scope;
  const bool asks = BooleanArgument(info, 1);
  std::optional<std::string> hint;
  if (!IsMissing(info, 2)) hint = StringArgument(info, 2);
  return ToValue(info.Env(), ContextChange(info)->SetAsksPskServer(asks, hint));
}

// connectionSetAsksPsk(connection, identityHint or null)
Napi::Value SetAsks(const Info& info) {
  std::optional<std::string> hint;
  if (!IsMissing(info, 1)) hint = StringArgument(info, 1);
  return WithIdleConnection(info, [&](tls::Connection& connection) {
    return ToValue(info.Env(), connection.SetAsksPsk(hint));
  });
}

constexpr Entry kEntries[] = {
    {"contextSetAsksPskClient", SetBoolean<&tls::Context::SetAsksPskClient>},
    {"contextSetAsksPskServer", SetAsksServer},
    {"connectionSetAsksPsk", SetAsks},
};

}  // namespace

// ask('pskClientCallback', hint, isTls13) returns [identity, key], both bytes, or null.
tls::PskOffer JsAsker::AskPskClient(std::optional<ByteView> hint, bool is_tls13) noexcept {
  Request request(this, "pskClientCallback");
  request.Add(hint);
  request.Add(is_tls13);
  const napi_value answer = request.Ask();
  if (request.IsNull(answer)) return {};
  std::optional<SecureBytes> identity =
      request.BytesOf(request.ElementOf(answer, 0), PSK_MAX_IDENTITY_LEN);
  std::optional<SecureBytes> key = request.BytesOf(request.ElementOf(answer, 1), PSK_MAX_PSK_LEN);
  if (!identity || !key) return {};
  return {std::move(*identity), std::move(*key)};
}

// ask('pskServerCallback', identity, isTls13) returns the key's bytes, or null.
SecureBytes JsAsker::AskPskServer(std::optional<ByteView> identity, bool is_tls13) noexcept {
  Request request(this, "pskServerCallback");
  request.Add(identity);
  request.Add(is_tls13);
  const napi_value answer = request.Ask();
  if (request.IsNull(answer)) return {};
  return request.BytesOf(answer, PSK_MAX_PSK_LEN).value_or(SecureBytes());
}

void RegisterPsk(Napi::Env env, Napi::Object exports) { SetEntries(env, exports, kEntries); }

}  // namespace hermetic::napi
