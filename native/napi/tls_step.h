// Taking a step of a connection, with an Asker that answers OpenSSL's requests inside it.
#pragma once

#include <napi.h>

#include "native/napi/handle.h"
#include "native/napi/tls_asker.h"
#include "native/napi/tls_handles.h"
#include "native/tls/connection/asker.h"
#include "native/tls/connection/connection.h"

namespace hermetic::napi {

// CloseAfterStep destroys a connection that JavaScript has closed inside its step.
class CloseAfterStep {
 public:
  CloseAfterStep(napi_env env, Owned<tls::Connection>* owned) : env_(env), owned_(owned) {}
  ~CloseAfterStep() {
    if (is_due()) CloseOwned(env_, owned_);
  }
  CloseAfterStep(const CloseAfterStep&) = delete;
  CloseAfterStep& operator=(const CloseAfterStep&) = delete;
  bool is_due() const { return owned_->object->stepping().is_closed; }

 private:
  napi_env env_;
  Owned<tls::Connection>* owned_;
};

// TakeStep returns the result of `take`, which it calls with the connection, of argument 0 if
// nothing else is said, and the asker. `ask` is the index of the argument with the asker's
// function. If the connection is closed inside the step, or is already inside another step, the
// result is a record of kind "state".
template <typename Take>
Napi::Value TakeStep(const Napi::CallbackInfo& info, Owned<tls::Connection>& owned, size_t ask,
                     Take take) {
  JsAsker asker(info, ask);
  return WithIdleConnection(info.Env(), owned, [&](tls::Connection& connection) -> Napi::Value {
    const CloseAfterStep closing(info.Env(), &owned);
    tls::Step step;
    {
      const tls::StepScope scope(&connection.stepping(), &asker);
      step = take(connection, asker);
    }
    // After a failure JavaScript cannot be used, or has an exception to handle.
    if (asker.has_failed()) return asker.Rethrow();
    if (closing.is_due()) return ClosedRecord(info.Env());
    return ToValue(info.Env(), step);
  });
}
template <typename Take>
Napi::Value TakeStep(const Napi::CallbackInfo& info, size_t ask, Take take) {
  return TakeStep(info, ConnectionArgument(info), ask, take);
}

}  // namespace hermetic::napi
