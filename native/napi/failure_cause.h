// The cause of a failed verification, for JavaScript (lib/internal/native/tls-verification.ts:
// FailureCause).
#pragma once

#include <napi.h>

#include "native/tls/certificates/failure_cause.h"

namespace hermetic::napi {

Napi::Object ToCause(Napi::Env env, const tls::FailureCause& cause);

}  // namespace hermetic::napi
