// Converts JS values to C++ values and back. A value of the wrong type is a broken contract
// (throw.h), because the TypeScript layer has already checked the user's arguments.
#pragma once

#include <napi.h>

#include <string>

#include "native/base/bytes.h"
#include "native/openssl/secure_bytes.h"

namespace hermetic::napi {

// BytesArgument returns a view of a Uint8Array, any other typed array, a DataView or an
// ArrayBuffer, valid until JavaScript runs again. A detached buffer is refused. Shared memory may
// be written by another thread at the same time. Therefore use a view only for bytes whose values
// do not decide about memory (to be hashed, encrypted, compared, copied or filled), so that the
// worst effect is a wrong result.
MutableByteView BytesArgument(const Napi::CallbackInfo& info, size_t index);
// CopiedBytesArgument returns a copy, for everything that is parsed: the bytes that are read must
// be those that were checked. The copy is wiped, because it may be a secret. More bytes than
// OpenSSL counts in an int throw OverlongInput before anything is copied.
openssl::SecureBytes CopiedBytesArgument(const Napi::CallbackInfo& info, size_t index);
MutableByteView BytesOf(Napi::Value value, const char* name);

std::string StringArgument(const Napi::CallbackInfo& info, size_t index);
bool BooleanArgument(const Napi::CallbackInfo& info, size_t index);
// IntegerArgument requires a whole number between -(2^53-1) and 2^53-1.
int64_t IntegerArgument(const Napi::CallbackInfo& info, size_t index);
// IntegerWithin requires a whole number from `least` to `most`, both included.
int64_t IntegerWithin(const Napi::CallbackInfo& info, size_t index, int64_t least, int64_t most);
// Int32Argument requires a whole number that fits into an int.
int Int32Argument(const Napi::CallbackInfo& info, size_t index);
// Uint32Argument requires a whole number from 0 to 2^32-1.
uint32_t Uint32Argument(const Napi::CallbackInfo& info, size_t index);
// SizeArgument requires a whole number from 0 to 2^53-1.
size_t SizeArgument(const Napi::CallbackInfo& info, size_t index);
// Uint64Argument requires a bigint from 0 to 2^64-1.
uint64_t Uint64Argument(const Napi::CallbackInfo& info, size_t index);

bool IsMissing(const Napi::CallbackInfo& info, size_t index);

Napi::Buffer<uint8_t> ToBuffer(Napi::Env env, ByteView bytes);

}  // namespace hermetic::napi
