// Asker answers what OpenSSL asks in the middle of a step and cannot wait for
// (docs/decisions/0009-what-asks-directly.md). How it does is not known here;
// native/napi/tls_asker.h asks JavaScript.
#pragma once

#include <optional>

#include "native/base/bytes.h"
#include "native/openssl/secure_bytes.h"
#include "native/tls/connection/peer_answer.h"

namespace hermetic::tls {

// A client's pre-shared key and its identity, UTF-8 without a NUL. Without a key nothing is
// offered.
struct PskOffer {
  openssl::SecureBytes identity;
  openssl::SecureBytes key;
};

// A method is one question. None lets an exception out: OpenSSL's frames are below it. What goes
// wrong is a refusal, and is told after the step.
class Asker {
 public:
  Asker() = default;
  virtual ~Asker() = default;
  Asker(const Asker&) = delete;
  Asker& operator=(const Asker&) = delete;

  // AskPskClient is asked what a client offers. `hint` is the server's; none under TLS 1.3, and
  // where it has sent none.
  virtual PskOffer AskPskClient(std::optional<ByteView> hint, bool is_tls13) noexcept = 0;
  // AskPskServer is asked for the key of a client's identity; an empty one if it is unknown. Under
  // TLS 1.3 the identity may be a ticket.
  virtual openssl::SecureBytes AskPskServer(std::optional<ByteView> identity,
                                            bool is_tls13) noexcept = 0;
  // JudgePeer is asked of a server's client, once its certificate has been verified or has failed
  // to be.
  virtual PeerAnswer JudgePeer() noexcept = 0;
};

// Stepping is what a connection knows of the step that runs on it.
struct Stepping {
  bool is_running = false;
  bool is_closed = false;  // by its own step: the connection is destroyed when that has ended
  Asker* asker = nullptr;  // null between steps, and where nobody is asked
};

// StepScope is one step. A connection has an asker only while there is one.
class StepScope {
 public:
  StepScope(Stepping* stepping, Asker* asker) : stepping_(stepping) {
    stepping_->is_running = true;
    stepping_->asker = asker;
  }
  ~StepScope() {
    stepping_->is_running = false;
    stepping_->asker = nullptr;
  }
  StepScope(const StepScope&) = delete;
  StepScope& operator=(const StepScope&) = delete;

 private:
  Stepping* stepping_;
};

}  // namespace hermetic::tls
