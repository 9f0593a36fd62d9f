// What files that work with digests share.
#pragma once

#include <napi.h>

#include "native/base/result.h"
#include "native/digest/algorithms.h"

namespace hermetic::napi {

// AlgorithmArgument looks up the digest that a string argument names.
Result<const digest::Algorithm*> AlgorithmArgument(const Napi::CallbackInfo& info, size_t index);

}  // namespace hermetic::napi
