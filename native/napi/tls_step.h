// Taking a step of a connection, with somebody to answer what OpenSSL asks inside it.
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

// TakeStep gives the outcome of `take`, a function of the connection of argument 0 and of the
// asker. `ask` is the argument with the function that the asker calls. The step of a connection
// that is closed inside it, or that is inside another step, comes to a record of kind "state".
template <typename Take>
Napi::Value TakeStep(const Napi::CallbackInfo& info, size_t ask, Take take) {
  JsAsker asker(info, ask);
  auto& owned = OwnedArgument<tls::Connection>(info, 0, kConnection);
  return WithIdleConnection(info, [&](tls::Connection& connection) -> Napi::Value {
    const CloseAfterStep closing(info.Env(), &owned);
    tls::Step step;
    {
      const tls::StepScope scope(&connection.stepping(), &asker);
      step = take(connection, asker);
    }
    // JavaScript cannot be used any more then, or has an exception to handle.
    if (asker.has_failed()) return asker.Rethrow();
    if (closing.is_due()) return ClosedRecord(info.Env());
    return ToValue(info.Env(), step);
  });
}

}  // namespace hermetic::napi
