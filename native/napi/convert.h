// JS values to C++ values and back. A value of the wrong type is a broken contract (throw.h): the
// TypeScript layer has checked the user's arguments before.
#pragma once

#include <napi.h>

#include <string>

#include "native/base/bytes.h"
#include "native/openssl/secure_bytes.h"

namespace hermetic::napi {

// BytesArgument is a view of a Uint8Array, any other typed array, a DataView or an ArrayBuffer,
// valid until JavaScript runs again. A detached buffer is refused. Another thread may write to the
// memory meanwhile, where it is shared: a view is for bytes whose values decide about no memory (to
// be hashed, encrypted, compared, copied or filled), so that the worst of it is a wrong result.
MutableByteView BytesArgument(const Napi::CallbackInfo& info, size_t index);
// CopiedBytesArgument is a copy, for everything that is parsed: what was checked must be what is
// read afterwards. It is wiped, because it may be a secret.
openssl::SecureBytes CopiedBytesArgument(const Napi::CallbackInfo& info, size_t index);
MutableByteView BytesOf(Napi::Value value, const char* what);

std::string StringArgument(const Napi::CallbackInfo& info, size_t index);
bool BooleanArgument(const Napi::CallbackInfo& info, size_t index);
// IntegerArgument wants a whole number between -(2^53-1) and 2^53-1.
int64_t IntegerArgument(const Napi::CallbackInfo& info, size_t index);
// IntegerWithin wants one from `least` to `most`, both included.
int64_t IntegerWithin(const Napi::CallbackInfo& info, size_t index, int64_t least, int64_t most);
// Int32Argument wants a whole number that an int holds.
int Int32Argument(const Napi::CallbackInfo& info, size_t index);
// Uint32Argument wants a whole number from 0 to 2^32-1.
uint32_t Uint32Argument(const Napi::CallbackInfo& info, size_t index);
// Uint64Argument wants a bigint from 0 to 2^64-1.
uint64_t Uint64Argument(const Napi::CallbackInfo& info, size_t index);

bool IsMissing(const Napi::CallbackInfo& info, size_t index);

Napi::Buffer<uint8_t> ToBuffer(Napi::Env env, ByteView bytes);

}  // namespace hermetic::napi
