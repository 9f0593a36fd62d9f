// See error_record.h.
#include "native/napi/error_record.h"

#include <string>

namespace hermetic::glue {
namespace {

const char* KindName(openssl::ErrorKind kind) {
  switch (kind) {
    case openssl::ErrorKind::kSsl:
      return "ssl";
    case openssl::ErrorKind::kCertificate:
      return "certificate";
    case openssl::ErrorKind::kEof:
      return "eof";
    case openssl::ErrorKind::kZeroReturn:
      return "zeroReturn";
    case openssl::ErrorKind::kType:
      return "type";
    case openssl::ErrorKind::kValue:
      return "value";
    case openssl::ErrorKind::kOverflow:
      return "overflow";
    case openssl::ErrorKind::kSystem:
      return "system";
    case openssl::ErrorKind::kNotImplemented:
      return "notImplemented";
    case openssl::ErrorKind::kBusy:
      return "busy";
    case openssl::ErrorKind::kState:
      return "state";
  }
  return "ssl";
}

void SetText(Napi::Object record, const char* name, const std::string& text) {
  if (!text.empty()) record.Set(name, Napi::String::New(record.Env(), text));
}

}  // namespace

Napi::Object ToRecord(Napi::Env env, const openssl::Error& error) {
  Napi::Object record = Napi::Object::New(env);
  record.Set("nativeError", Napi::String::New(env, KindName(error.kind)));
  record.Set("message", Napi::String::New(env, error.message));
  record.Set("number", Napi::Number::New(env, error.number));
  SetText(record, "library", error.library);
  SetText(record, "reason", error.reason);
  SetText(record, "syscall", error.syscall);
  SetText(record, "path", error.path);
  if (error.kind == openssl::ErrorKind::kCertificate) {
    record.Set("verifyCode", Napi::Number::New(env, static_cast<double>(error.verify_code)));
    record.Set("verifyMessage", Napi::String::New(env, error.verify_message));
  }
  return record;
}

bool IsRecord(Napi::Value value) {
  return value.IsObject() && value.As<Napi::Object>().HasOwnProperty("nativeError");
}

Napi::Value ToValue(Napi::Env env, const openssl::Status& status) {
  if (!status.ok()) return ToRecord(env, status.error());
  return env.Undefined();
}

}  // namespace hermetic::glue
