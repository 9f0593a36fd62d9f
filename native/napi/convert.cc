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

std::string ArgumentName(size_t index) { return "argument " + std::to_string(index); }

void RequireAttached(Napi::Env env, napi_value array_buffer, const char* what) {
  bool is_array_buffer = false;
  bool is_detached = false;
  napi_is_arraybuffer(env, array_buffer, &is_array_buffer);
  if (is_array_buffer) napi_is_detached_arraybuffer(env, array_buffer, &is_detached);
  if (is_detached) ThrowContract(env, std::string(what) + " is a view of a detached ArrayBuffer");
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
void RequireAttachedView(Napi::Value value, const char* what) {
  napi_value buffer = nullptr;
  napi_get_typedarray_info(value.Env(), value, nullptr, nullptr, nullptr, &buffer, nullptr);
  RequireAttached(value.Env(), buffer, what);
}

MutableByteView DataViewBytes(Napi::Value value, const char* what) {
  void* data = nullptr;
  napi_value buffer = nullptr;
  size_t byte_len = 0;
  if (napi_get_dataview_info(value.Env(), value, &byte_len, &data, &buffer, nullptr) != napi_ok) {
    ThrowContract(value.Env(), std::string(what) + " could not be read");
  }
  RequireAttached(value.Env(), buffer, what);
  return {static_cast<uint8_t*>(data), byte_len};
}

}  // namespace

MutableByteView BytesOf(Napi::Value value, const char* what) {
  napi_typedarray_type type = napi_uint8_array;
  size_t num_elements = 0;
  void* data = nullptr;
  // It fails for anything but a typed array. Without a check before, a short call takes a tenth
  // less time.
  if (napi_get_typedarray_info(value.Env(), value, &type, &num_elements, &data, nullptr, nullptr) ==
      napi_ok) {
    const size_t element_len = ElementSize(type);
    if (element_len == 0)
      ThrowContract(value.Env(), std::string(what) + " has elements of an unknown size");
    if (num_elements == 0) RequireAttachedView(value, what);
    return {static_cast<uint8_t*>(data), num_elements * element_len};
  }
  if (value.IsDataView()) return DataViewBytes(value, what);
  if (value.IsArrayBuffer()) {
    RequireAttached(value.Env(), value, what);
    auto buffer = value.As<Napi::ArrayBuffer>();
    return {static_cast<uint8_t*>(buffer.Data()), buffer.ByteLength()};
  }
  ThrowContract(value.Env(), std::string(what) + " must be an ArrayBuffer or a view of one");
}

MutableByteView BytesArgument(const Napi::CallbackInfo& info, size_t index) {
  return BytesOf(info[index], ArgumentName(index).c_str());
}

openssl::SecureBytes CopiedBytesArgument(const Napi::CallbackInfo& info, size_t index) {
  const ByteView bytes = BytesArgument(info, index);
  return {bytes.begin(), bytes.end()};
}

std::string StringArgument(const Napi::CallbackInfo& info, size_t index) {
  if (!info[index].IsString()) ThrowContract(info.Env(), ArgumentName(index) + " must be a string");
  return info[index].As<Napi::String>().Utf8Value();
}

bool BooleanArgument(const Napi::CallbackInfo& info, size_t index) {
  if (!info[index].IsBoolean()) {
    ThrowContract(info.Env(), ArgumentName(index) + " must be a boolean");
  }
  return info[index].As<Napi::Boolean>().Value();
}

int64_t IntegerArgument(const Napi::CallbackInfo& info, size_t index) {
  constexpr double kLargest = 9007199254740991.0;
  if (info[index].IsNumber()) {
    const double number = info[index].As<Napi::Number>().DoubleValue();
    if (std::fabs(number) <= kLargest && std::trunc(number) == number) {
      return static_cast<int64_t>(number);
    }
  }
  ThrowContract(info.Env(), ArgumentName(index) + " must be an integer");
}

int64_t IntegerWithin(const Napi::CallbackInfo& info, size_t index, int64_t least, int64_t most) {
  const int64_t number = IntegerArgument(info, index);
  if (number >= least && number <= most) return number;
  ThrowContract(info.Env(), ArgumentName(index) + " must be an integer from " +
                                std::to_string(least) + " to " + std::to_string(most));
}

int Int32Argument(const Napi::CallbackInfo& info, size_t index) {
  return static_cast<int>(IntegerWithin(info, index, INT_MIN, INT_MAX));
}

uint32_t Uint32Argument(const Napi::CallbackInfo& info, size_t index) {
  return static_cast<uint32_t>(IntegerWithin(info, index, 0, UINT32_MAX));
}

uint64_t Uint64Argument(const Napi::CallbackInfo& info, size_t index) {
  if (info[index].IsBigInt()) {
    bool is_lossless = false;
    const uint64_t number = info[index].As<Napi::BigInt>().Uint64Value(&is_lossless);
    if (is_lossless) return number;
  }
  ThrowContract(info.Env(), ArgumentName(index) + " must be a bigint from 0 to 2^64-1");
}

bool IsMissing(const Napi::CallbackInfo& info, size_t index) {
  return info[index].IsUndefined() || info[index].IsNull();
}

Napi::Buffer<uint8_t> ToBuffer(Napi::Env env, ByteView bytes) {
  return Napi::Buffer<uint8_t>::Copy(env, bytes.data(), bytes.size());
}

}  // namespace hermetic::napi
