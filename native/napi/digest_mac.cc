// HMAC and the comparison in constant time, for lib/hmac.ts.
#include <string>

#include "native/base/bytes.h"
#include "native/base/error.h"
#include "native/base/result.h"
#include "native/digest/algorithms.h"
#include "native/digest/compare.h"
#include "native/digest/mac.h"
#include "native/napi/convert.h"
#include "native/napi/digest.h"
#include "native/napi/domains.h"
#include "native/napi/error_record.h"
#include "native/napi/handle.h"
#include "native/napi/throw.h"
#include "native/openssl/error.h"
#include "native/openssl/secure_bytes.h"

namespace hermetic::napi {
namespace {

using digest::Mac;
using openssl::ErrorScope;
using openssl::SecureBytes;

// The context of EVP_MAC holds three digest contexts and the padded key.
constexpr HandleKind kMac = {{0x52e0b7d1946f3ac8, 0xb6a30e9d17c8f545}, "HMAC", 1536};

// macNew(id, key)
Napi::Value MacNew(const Napi::CallbackInfo& info) {
  const ErrorScope scope;
  const digest::Algorithm& algorithm = IdArgument(info, 0);
  return ToHandleOrRecord(info.Env(), kMac, Mac::Start(algorithm, BytesArgument(info, 1)));
}

// macUpdate(mac, message)
Napi::Value MacUpdate(const Napi::CallbackInfo& info) {
  const ErrorScope scope;
  Mac& mac = HandleArgument<Mac>(info, 0, kMac);
  return ToValue(info.Env(), mac.Update(BytesArgument(info, 1)));
}

// macDigest(mac, out): fills `out`, which has the length of the code.
Napi::Value MacDigest(const Napi::CallbackInfo& info) {
  const ErrorScope scope;
  const Mac& mac = HandleArgument<Mac>(info, 0, kMac);
  return ToValue(info.Env(), mac.Digest(BytesArgument(info, 1)));
}

// macCopy(mac)
Napi::Value MacCopy(const Napi::CallbackInfo& info) {
  const ErrorScope scope;
  return ToHandleOrRecord(info.Env(), kMac, HandleArgument<Mac>(info, 0, kMac).Copy());
}

Status ComputeCode(const digest::Algorithm& algorithm, ByteView key, ByteView message,
                   MutableByteView out) {
  Result<Mac> mac = Mac::Start(algorithm, key);
  if (!mac.ok()) return mac.error();
  Status updated = mac->Update(message);
  return updated.ok() ? mac->Digest(out) : updated;
}

// macOnce(id, key, message, out): as macDigest.
Napi::Value MacOnce(const Napi::CallbackInfo& info) {
  const ErrorScope scope;
  return ToValue(info.Env(), ComputeCode(IdArgument(info, 0), BytesArgument(info, 1),
                                         BytesArgument(info, 2), BytesArgument(info, 3)));
}

// compareBytes(a, b)
Napi::Value CompareBytes(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(),
                            digest::CompareDigest(BytesArgument(info, 0), BytesArgument(info, 1)));
}

bool IsAscii(Napi::Env env, Napi::Value text) {
  size_t num_units = 0;
  size_t num_bytes = 0;
  return napi_get_value_string_utf16(env, text, nullptr, 0, &num_units) == napi_ok &&
         napi_get_value_string_utf8(env, text, nullptr, 0, &num_bytes) == napi_ok &&
         num_units == num_bytes;
}

// AsciiArgument copies into memory that is wiped; a Buffer made in JavaScript would leave the
// secret in a shared pool.
SecureBytes AsciiArgument(const Napi::CallbackInfo& info, size_t index) {
  size_t len = 0;
  if (napi_get_value_string_latin1(info.Env(), info[index], nullptr, 0, &len) != napi_ok) {
    ThrowContract(info.Env(), "argument " + std::to_string(index) + " must be a string");
  }
  SecureBytes text(len + 1);  // with the terminator that Node-API writes
  napi_get_value_string_latin1(info.Env(), info[index], reinterpret_cast<char*>(text.data()),
                               text.size(), &len);
  text.resize(len);
  return text;
}

// compareStrings(a, b)
Napi::Value CompareStrings(const Napi::CallbackInfo& info) {
  const SecureBytes a = AsciiArgument(info, 0);
  const SecureBytes b = AsciiArgument(info, 1);
  if (!IsAscii(info.Env(), info[0]) || !IsAscii(info.Env(), info[1])) {
    return ToRecord(info.Env(),
                    TypeError("comparing strings with non-ASCII characters is not supported"));
  }
  return Napi::Boolean::New(info.Env(), digest::CompareDigest(a, b));
}

constexpr Entry kEntries[] = {
    {"macNew", MacNew},
    {"macUpdate", MacUpdate},
    {"macDigest", MacDigest},
    {"macCopy", MacCopy},
    {"macOnce", MacOnce},
    {"compareBytes", CompareBytes},
    {"compareStrings", CompareStrings},
};

}  // namespace

void RegisterMac(Napi::Env env, Napi::Object exports) { SetEntries(env, exports, kEntries); }

}  // namespace hermetic::napi
