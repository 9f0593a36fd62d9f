// Asker answers OpenSSL's requests that arise in the middle of a step and have to be answered at
// once (docs/decisions/0009-what-asks-directly.md). native/napi/tls_asker.h implements it by asking
// JavaScript.
#pragma once

#include <optional>

#include "native/base/bytes.h"
#include "native/openssl/secure_bytes.h"
#include "native/tls/connection/peer_answer.h"

namespace hermetic::tls {

// A client's pre-shared key and its identity, UTF-8 without a NUL. With an empty key the client
// offers nothing.
struct PskOffer {
  openssl::SecureBytes identity;
  openssl::SecureBytes key;
};

// Each method is one request. Methods must not throw, because OpenSSL's frames are below them. An
// error counts as a refusal, and is reported after the step.
class Asker {
 public:
  Asker() = default;
  virtual ~Asker() = default;
  Asker(const Asker&) = delete;
  Asker& operator=(const Asker&) = delete;

  // AskPskClient returns the key and identity that a client offers. `hint` is the server's; it is
  // absent under TLS 1.3, and if the server sent no hint.
  virtual PskOffer AskPskClient(std::optional<ByteView> hint, bool is_tls13) noexcept = 0;
  // AskPskServer returns the key for a client's identity, or an empty key if the identity is
  // unknown. Under TLS 1.3 the identity may be a ticket.
  virtual openssl::SecureBytes AskPskServer(std::optional<ByteView> identity,
                                            bool is_tls13) noexcept = 0;
  // JudgePeer returns the application's answer about a server's client, after its certificate was
  // verified or failed to verify.
  virtual PeerAnswer JudgePeer() noexcept = 0;
};

// Stepping is the state of the step that runs on a connection.
struct Stepping {
  bool is_running = false;
  bool is_closed = false;  // closed by its own step: the connection is destroyed after the step
  Asker* asker = nullptr;  // null between steps, and for a step without an asker
};

// StepScope is the scope of one step. A connection has an asker only while a StepScope exists.
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
