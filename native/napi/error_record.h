// An openssl::Error as a plain JS object, which lib/errors.ts recognises by its property
// `nativeError`.
#pragma once

#include <napi.h>

#include "native/base/result.h"
#include "native/openssl/error.h"

namespace hermetic::glue {

Napi::Object ToRecord(Napi::Env env, const openssl::Error& error);

// IsRecord tells a record from any other value that a function gives.
bool IsRecord(Napi::Value value);

// ToValue is undefined for a success without a value, the record for a failure.
Napi::Value ToValue(Napi::Env env, const openssl::Status& status);

}  // namespace hermetic::glue
