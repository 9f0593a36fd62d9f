// The addon's state for one JS environment (the main thread, each worker). Nothing that holds a JS
// value is static.
#pragma once

#include <napi.h>

#include <memory>

#include "native/napi/mailbox.h"

namespace hermetic::napi {

class Environment {
 public:
  // Install makes the instance data of `env`, and Of returns it.
  static void Install(Napi::Env env);
  static Environment& Of(Napi::Env env);

  Mailbox& mailbox() { return *mailbox_; }

 private:
  std::shared_ptr<Mailbox> mailbox_ = std::make_shared<Mailbox>();
};

}  // namespace hermetic::napi
