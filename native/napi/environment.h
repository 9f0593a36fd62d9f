// What the addon keeps for one JS environment (the main thread, each worker): nothing that holds a
// JS value is static.
#pragma once

#include <napi.h>

#include <memory>

#include "native/napi/mailbox.h"

namespace hermetic::napi {

class Environment {
 public:
  // Install makes the instance data of `env`. Of is what Install made.
  static void Install(Napi::Env env);
  static Environment& Of(Napi::Env env);

  Mailbox& mailbox() { return *mailbox_; }

 private:
  std::shared_ptr<Mailbox> mailbox_ = std::make_shared<Mailbox>();
};

}  // namespace hermetic::napi
