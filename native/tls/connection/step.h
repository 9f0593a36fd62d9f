// The result of one step of a connection.
#pragma once

#include <cstddef>

#include "native/base/error.h"

namespace hermetic::tls {

// For every state except kDone and kFailed, do what it asks for and repeat the step. lib has the
// same numbers (lib/ssl/engine/codes.ts).
enum class StepState : int {
  kDone = 0,
  kWantRead = -1,         // more ciphertext is needed
  kWantWrite = -2,        // ciphertext must be taken away
  kWantClientHello = -3,  // the application is asked: hello().server_name(), then hello().Answer
  kFailed = -4,
  kWantPeerAnswer = -5,  // the application is asked: peer().verification(), then peer().Answer
  kWantThread = -6,      // of HandshakeUnlessLong: what comes next takes long
};

struct Step {
  StepState state = StepState::kDone;
  size_t count = 0;  // bytes read or written
  Error error;       // of kFailed
};

}  // namespace hermetic::tls
