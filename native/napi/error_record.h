// An Error as a plain JS object, which lib/errors.ts recognizes by its property `nativeError`.
#pragma once

#include <napi.h>

#include "native/base/error.h"
#include "native/base/result.h"

namespace hermetic::napi {

Napi::Object ToRecord(Napi::Env env, const Error& error);

// IsRecord returns whether a function's result is a record.
bool IsRecord(Napi::Value value);

// ToValue returns undefined for a success without a value, or the record of a failure.
Napi::Value ToValue(Napi::Env env, const Status& status);

}  // namespace hermetic::napi
