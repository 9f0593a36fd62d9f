// Shared by the files about digests.
#pragma once

#include <napi.h>

#include "native/base/result.h"
#include "native/digest/algorithms.h"

namespace hermetic::napi {

// AlgorithmArgument looks up the digest named by a string argument.
Result<const digest::Algorithm*> AlgorithmArgument(const Napi::CallbackInfo& info, size_t index);

// IdArgument returns the digest with an id of `algorithm(name)`.
const digest::Algorithm& IdArgument(const Napi::CallbackInfo& info, size_t index);

}  // namespace hermetic::napi
