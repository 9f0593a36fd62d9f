// See tls_asker.h. Node-API is called without its C++ wrapper, because the wrapper throws.
#include "native/napi/tls_asker.h"

#include <cmath>
#include <cstdint>
#include <new>
#include <optional>
#include <string>

#include "native/base/bytes.h"
#include "native/napi/convert.h"
#include "native/napi/throw.h"
#include "native/openssl/secure_bytes.h"

namespace hermetic::napi {

JsAsker::JsAsker(const Napi::CallbackInfo& info, size_t index) : env_(info.Env()) {
  if (index >= info.Length() || IsMissing(info, index)) return;
  if (!info[index].IsFunction()) {
    ThrowContract(info.Env(), "argument " + std::to_string(index) + " must be a function or null");
  }
  ask_ = info[index];
}

Napi::Value JsAsker::Rethrow() noexcept {
  if (thrown_ != nullptr) napi_throw(env_, thrown_);
  return {};
}

Request::Request(JsAsker* asker, const char* kind) noexcept : asker_(asker) {
  napi_value name = nullptr;
  has_failed_ =
      asker_->ask_ == nullptr || napi_open_escapable_handle_scope(env(), &scope_) != napi_ok;
  if (has_failed_) return;
  if (Check(napi_create_string_utf8(env(), kind, NAPI_AUTO_LENGTH, &name))) AddValue(name);
}

Request::~Request() {
  if (scope_ != nullptr) napi_close_escapable_handle_scope(env(), scope_);
}

void Request::AddValue(napi_value value) noexcept {
  if (num_values_ < kMostValues) values_[num_values_++] = value;
}

void Request::Add(bool value) noexcept {
  napi_value boolean = nullptr;
  if (!has_failed_ && Check(napi_get_boolean(env(), value, &boolean))) AddValue(boolean);
}

void Request::Add(std::optional<ByteView> bytes) noexcept {
  if (has_failed_) return;
  napi_value value = nullptr;
  const napi_status made =
      bytes.has_value()
          ? napi_create_buffer_copy(env(), bytes->size(), bytes->data(), nullptr, &value)
          : napi_get_null(env(), &value);
  if (Check(made)) AddValue(value);
}

napi_value Request::Ask() noexcept {
  napi_value receiver = nullptr;
  napi_value answer = nullptr;
  if (has_failed_ || !Check(napi_get_undefined(env(), &receiver))) return nullptr;
  const napi_status called =
      napi_call_function(env(), receiver, asker_->ask_, num_values_, values_.data(), &answer);
  return Check(called) ? answer : nullptr;
}

bool Request::Check(napi_status status) noexcept {
  if (status == napi_ok) return true;
  has_failed_ = true;
  asker_->has_failed_ = true;
  napi_value thrown = nullptr;
  bool is_pending = false;
  if (napi_is_exception_pending(env(), &is_pending) != napi_ok || !is_pending) return false;
  // Cleared in any case, because Node-API refuses further calls while an exception is pending.
  if (napi_get_and_clear_last_exception(env(), &thrown) != napi_ok) return false;
  if (asker_->thrown_ == nullptr) asker_->thrown_ = Escape(thrown);
  return false;
}

// A termination shows as null: it continues by itself, and cannot be thrown.
napi_value Request::Escape(napi_value value) noexcept {
  napi_valuetype type = napi_null;
  napi_value escaped = nullptr;
  if (value == nullptr || napi_typeof(env(), value, &type) != napi_ok || type == napi_null ||
      napi_escape_handle(env(), scope_, value, &escaped) != napi_ok) {
    return nullptr;
  }
  return escaped;
}

bool Request::IsNull(napi_value answer) noexcept {
  napi_valuetype type = napi_null;
  if (answer == nullptr || !Check(napi_typeof(env(), answer, &type))) return true;
  return type == napi_null || type == napi_undefined;
}

napi_value Request::ElementOf(napi_value answer, uint32_t index) noexcept {
  bool is_array = false;
  napi_value element = nullptr;
  if (has_failed_ || !Check(napi_is_array(env(), answer, &is_array))) return nullptr;
  if (!is_array) {
    BreakContract("the answer must be an array");
    return nullptr;
  }
  return Check(napi_get_element(env(), answer, index, &element)) ? element : nullptr;
}

std::optional<openssl::SecureBytes> Request::BytesOf(napi_value answer, size_t most) noexcept {
  bool is_typed_array = false;
  napi_typedarray_type type = napi_int8_array;
  size_t len = 0;
  void* data = nullptr;
  if (has_failed_ || !Check(napi_is_typedarray(env(), answer, &is_typed_array))) return {};
  if (is_typed_array &&
      !Check(napi_get_typedarray_info(env(), answer, &type, &len, &data, nullptr, nullptr))) {
    return {};
  }
  if (!is_typed_array || type != napi_uint8_array || len > most) {
    BreakContract("the answer must be a Uint8Array that is not too long");
    return {};
  }
  try {
    const auto* bytes = static_cast<const uint8_t*>(data);
    return openssl::SecureBytes(bytes, bytes + len);
  } catch (const std::bad_alloc&) {
    return {};
  }
}

std::optional<uint32_t> Request::NumberOf(napi_value answer) noexcept {
  constexpr double kMost = UINT32_MAX;
  napi_valuetype type = napi_undefined;
  double number = -1;
  if (has_failed_ || !Check(napi_typeof(env(), answer, &type))) return {};
  if (type == napi_number && !Check(napi_get_value_double(env(), answer, &number))) return {};
  if (number >= 0 && number <= kMost && number == std::trunc(number))
    return static_cast<uint32_t>(number);
  BreakContract("the answer must be a whole number of 32 bits");
  return {};
}

void Request::BreakContract(const char* message) noexcept {
  has_failed_ = true;
  asker_->has_failed_ = true;
  if (asker_->thrown_ != nullptr) return;
  try {
    asker_->thrown_ = Escape(ContractError(env(), message).Value());
  } catch (const Napi::Error&) {
    return;  // the answer is refused in any case
  } catch (const std::bad_alloc&) {
    return;
  }
}

}  // namespace hermetic::napi
