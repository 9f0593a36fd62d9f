// State that servers of several processes and machines share, for JavaScript: ticket keys, the
// session id context, and encryption of what a store keeps.
#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/napi/convert.h"
#include "native/napi/domains.h"
#include "native/napi/error_record.h"
#include "native/napi/tls_handles.h"
#include "native/openssl/error.h"
#include "native/openssl/secure_bytes.h"
#include "native/tls/context/context.h"
#include "native/tls/session/sealing.h"

namespace hermetic::napi {
namespace {

using Info = Napi::CallbackInfo;
using openssl::SecureBytes;

// contextSetTicketKeyRing(context, keys, lengths)
Napi::Value SetTicketKeyRing(const Info& info) {
  const openssl::ErrorScope scope;
  const SecureBytes keys = CopiedBytesArgument(info, 1);
  const SecureBytes lengths = CopiedBytesArgument(info, 2);
  return ToValue(info.Env(), ContextChange(info)->SetTicketKeyRing(keys, lengths));
}

// contextSetSessionIdContext(context, id)
Napi::Value SetSessionIdContext(const Info& info) {
  const SecureBytes id = CopiedBytesArgument(info, 1);
  return ToValue(info.Env(),
                 ContextChange(info)->sessions().SetForeignId(Bytes(id.begin(), id.end())));
}

template <typename Sealed>
Napi::Value ToBytes(Napi::Env env, const Result<Sealed>& bytes) {
  if (!bytes.ok()) return ToRecord(env, bytes.error());
  return ToBuffer(env, bytes.value());
}

// sealBytes(key, about, bytes)
Napi::Value SealBytes(const Info& info) {
  const openssl::ErrorScope scope;
  const SecureBytes key = CopiedBytesArgument(info, 0);
  const SecureBytes about = CopiedBytesArgument(info, 1);
  return ToBytes(info.Env(), tls::Seal(key, about, CopiedBytesArgument(info, 2)));
}

// openSealedBytes(key, about, sealed)
Napi::Value OpenSealedBytes(const Info& info) {
  const openssl::ErrorScope scope;
  const SecureBytes key = CopiedBytesArgument(info, 0);
  const SecureBytes about = CopiedBytesArgument(info, 1);
  return ToBytes(info.Env(), tls::OpenSealed(key, about, CopiedBytesArgument(info, 2)));
}

constexpr Entry kEntries[] = {
    {"contextSetTicketKeyRing", SetTicketKeyRing},
    {"contextSetSessionIdContext", SetSessionIdContext},
    {"sealBytes", SealBytes},
    {"openSealedBytes", OpenSealedBytes},
};

}  // namespace

void RegisterFleet(Napi::Env env, Napi::Object exports) { SetEntries(env, exports, kEntries); }

}  // namespace hermetic::napi
