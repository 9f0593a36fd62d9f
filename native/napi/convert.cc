// See convert.h.
#include "native/napi/convert.h"

#include <climits>
#include <cmath>
#include <cstdint>
#include <string>

#include "native/base/bytes.h"
#include "native/napi/throw.h"
#include "native/openssl/secure_bytes.h"

namespace hermetic::napi {
namespace {

// JavaScript's Number.MAX_SAFE_INTEGER, 2^53-1.
constexpr int64_t kLargestInteger = (int64_t{1} << 53) - 1;

// Subject is the value that an error is about: an argument, or another value with a name. Its text
// is only made for an error, because most calls succeed.
struct Subject {
  size_t index = 0;
  const char* name = nullptr;

  std::string Text() const { return name != nullptr ? name : "argument " + std::to_string(index); }
};

// Refuse throws: the subject `is`, as in " must be a string".
[[noreturn]] void Refuse(Napi::Env env, const Subject& subject, const char* is) {
  ThrowContract(env, subject.Text() + is);
}

[[noreturn]] void Refuse(const Napi::CallbackInfo& info, size_t index, const char* is) {
  Refuse(info.Env(), Subject{.index = index}, is);
}

void RequireAttached(Napi::Env env, napi_value array_buffer, const Subject& subject) {
  bool is_array_buffer = false;
  bool is_detached = false;
  napi_is_arraybuffer(env, array_buffer, &is_array_buffer);
  if (is_array_buffer) napi_is_detached_arraybuffer(env, array_buffer, &is_detached);
  if (is_detached) Refuse(env, subject, " is a view of a detached ArrayBuffer");
}

// Returns the size of an element of a typed array; 0 for a kind that is newer than the headers.
size_t ElementSize(napi_typedarray_type type) {
  switch (type) {
    case napi_int8_array:
    case napi_uint8_array:
    case napi_uint8_clamped_array:
      return 1;
    case napi_int16_array:
    case napi_uint16_array:
      return 2;
    case napi_int32_array:
    case napi_uint32_array:
    case napi_float32_array:
      return 4;
    case napi_float64_array:
    case napi_bigint64_array:
    case napi_biguint64_array:
      return 8;
    default:
      return 0;
  }
}

// Only an empty view can belong to a detached ArrayBuffer.
void RequireAttachedView(Napi::Value value, const Subject& subject) {
  napi_value buffer = nullptr;
  napi_get_typedarray_info(value.Env(), value, nullptr, nullptr, nullptr, &buffer, nullptr);
  RequireAttached(value.Env(), buffer, subject);
}

MutableByteView DataViewBytes(Napi::Value value, const Subject& subject) {
  void* data = nullptr;
  napi_value buffer = nullptr;
  size_t byte_len = 0;
  if (napi_get_dataview_info(value.Env(), value, &byte_len, &data, &buffer, nullptr) != napi_ok) {
    Refuse(value.Env(), subject, " could not be read");
  }
  RequireAttached(value.Env(), buffer, subject);
  return {static_cast<uint8_t*>(data), byte_len};
}

MutableByteView BytesOf(Napi::Value value, const Subject& subject) {
  napi_typedarray_type type = napi_uint8_array;
  size_t num_elements = 0;
  void* data = nullptr;
  // It fails for anything but a typed array. Without a check before, a short call takes a tenth
  // less time.
  if (napi_get_typedarray_info(value.Env(), value, &type, &num_elements, &data, nullptr, nullptr) ==
      napi_ok) {
    const size_t element_len = ElementSize(type);
    if (element_len == 0) Refuse(value.Env(), subject, " has elements of an unknown size");
    if (num_elements == 0) RequireAttachedView(value, subject);
    return {static_cast<uint8_t*>(data), num_elements * element_len};
  }
  if (value.IsDataView()) return DataViewBytes(value, subject);
  if (value.IsArrayBuffer()) {
    RequireAttached(value.Env(), value, subject);
    auto buffer = value.As<Napi::ArrayBuffer>();
    return {static_cast<uint8_t*>(buffer.Data()), buffer.ByteLength()};
  }
  Refuse(value.Env(), subject, " must be an ArrayBuffer or a view of one");
}

}  // namespace

MutableByteView BytesOf(Napi::Value value, const char* name) {
  return BytesOf(value, Subject{.name = name});
}

MutableByteView BytesArgument(const Napi::CallbackInfo& info, size_t index) {
  return BytesOf(info[index], Subject{.index = index});
}

openssl::SecureBytes CopiedBytesArgument(const Napi::CallbackInfo& info, size_t index) {
  const ByteView bytes = BytesArgument(info, index);
  if (bytes.size() > INT_MAX) throw OverlongInput();
  return {bytes.begin(), bytes.end()};
}

std::string StringArgument(const Napi::CallbackInfo& info, size_t index) {
  if (!info[index].IsString()) Refuse(info, index, " must be a string");
  return info[index].As<Napi::String>().Utf8Value();
}

bool BooleanArgument(const Napi::CallbackInfo& info, size_t index) {
  if (!info[index].IsBoolean()) Refuse(info, index, " must be a boolean");
  return info[index].As<Napi::Boolean>().Value();
}

int64_t IntegerArgument(const Napi::CallbackInfo& info, size_t index) {
  constexpr auto kLargest = static_cast<double>(kLargestInteger);
  double number = 0;
  // It fails for anything but a number.
  if (napi_get_value_double(info.Env(), info[index], &number) == napi_ok &&
      std::fabs(number) <= kLargest && std::trunc(number) == number) {
    return static_cast<int64_t>(number);
  }
  Refuse(info, index, " must be an integer");
}

int64_t IntegerWithin(const Napi::CallbackInfo& info, size_t index, int64_t least, int64_t most) {
  const int64_t number = IntegerArgument(info, index);
  if (number >= least && number <= most) return number;
  const std::string range = std::to_string(least) + " to " + std::to_string(most);
  Refuse(info, index, (" must be an integer from " + range).c_str());
}

int Int32Argument(const Napi::CallbackInfo& info, size_t index) {
  return static_cast<int>(IntegerWithin(info, index, INT_MIN, INT_MAX));
}

uint32_t Uint32Argument(const Napi::CallbackInfo& info, size_t index) {
  return static_cast<uint32_t>(IntegerWithin(info, index, 0, UINT32_MAX));
}

size_t SizeArgument(const Napi::CallbackInfo& info, size_t index) {
  return static_cast<size_t>(IntegerWithin(info, index, 0, kLargestInteger));
}

uint64_t Uint64Argument(const Napi::CallbackInfo& info, size_t index) {
  if (info[index].IsBigInt()) {
    bool is_lossless = false;
    const uint64_t number = info[index].As<Napi::BigInt>().Uint64Value(&is_lossless);
    if (is_lossless) return number;
  }
  Refuse(info, index, " must be a bigint from 0 to 2^64-1");
}

bool IsMissing(const Napi::CallbackInfo& info, size_t index) {
  return info[index].IsUndefined() || info[index].IsNull();
}

Napi::Buffer<uint8_t> ToBuffer(Napi::Env env, ByteView bytes) {
  return Napi::Buffer<uint8_t>::Copy(env, bytes.data(), bytes.size());
}

}  // namespace hermetic::napi
