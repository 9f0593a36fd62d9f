// An Error as a plain JS object, which lib/errors.ts recognises by its property
// `nativeError`.
#pragma once

#include <napi.h>

#include "native/base/error.h"
#include "native/base/result.h"

namespace hermetic::napi {

Napi::Object ToRecord(Napi::Env env, const Error& error);

// IsRecord tells a record from any other value that a function gives.
bool IsRecord(Napi::Value value);

// ToValue is undefined for a success without a value, the record for a failure.
Napi::Value ToValue(Napi::Env env, const Status& status);

}  // namespace hermetic::napi
