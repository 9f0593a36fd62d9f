// See error_record.h.
#include "native/napi/error_record.h"

#include <string>

#include "native/base/error.h"
#include "native/base/result.h"

namespace hermetic::napi {
namespace {

const char* KindName(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kSsl:
      return "ssl";
    case ErrorKind::kCertificate:
      return "certificate";
    case ErrorKind::kEof:
      return "eof";
    case ErrorKind::kZeroReturn:
      return "zeroReturn";
    case ErrorKind::kType:
      return "type";
    case ErrorKind::kValue:
      return "value";
    case ErrorKind::kOverflow:
      return "overflow";
    case ErrorKind::kSystem:
      return "system";
    case ErrorKind::kNotImplemented:
      return "notImplemented";
    case ErrorKind::kBusy:
      return "busy";
    case ErrorKind::kState:
      return "state";
  }
  return "ssl";
}

void SetText(Napi::Object record, const char* name, const std::string& text) {
  if (!text.empty()) record.Set(name, Napi::String::New(record.Env(), text));
}

}  // namespace

Napi::Object ToRecord(Napi::Env env, const Error& error) {
  Napi::Object record = Napi::Object::New(env);
  record.Set("nativeError", Napi::String::New(env, KindName(error.kind)));
  record.Set("message", Napi::String::New(env, error.message));
  record.Set("number", Napi::Number::New(env, error.number));
  SetText(record, "library", error.library);
  SetText(record, "reason", error.reason);
  SetText(record, "text", error.text);
  if (error.packed != 0)
    record.Set("packed", Napi::Number::New(env, static_cast<double>(error.packed)));
  SetText(record, "syscall", error.syscall);
  SetText(record, "path", error.path);
  if (error.kind == ErrorKind::kCertificate) {
    record.Set("verifyCode", Napi::Number::New(env, static_cast<double>(error.verify_code)));
    record.Set("verifyMessage", Napi::String::New(env, error.verify_message));
  }
  return record;
}

bool IsRecord(Napi::Value value) {
  return value.IsObject() && value.As<Napi::Object>().HasOwnProperty("nativeError");
}

Napi::Value ToValue(Napi::Env env, const Status& status) {
  if (!status.ok()) return ToRecord(env, status.error());
  return env.Undefined();
}

}  // namespace hermetic::napi
