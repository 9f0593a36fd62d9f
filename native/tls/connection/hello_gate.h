// HelloGate can stop a server's handshake at the ClientHello, before anything is decided (RFC 8446,
// 4.1.2), so that the application chooses a context or refuses (lib: sniCallback).
#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <optional>
#include <string>

#include "native/tls/connection/client_hello.h"

namespace hermetic::tls {

class HelloGate {
 public:
  // `asks` is whether the handshake stops for the application's answer.
  explicit HelloGate(bool asks) : asks_(asks) {}

  // Pass is called for each ClientHello, also for the second one after a HelloRetryRequest, for
  // which the answer still holds. It returns SSL_CLIENT_HELLO_* (SSL_CTX_set_client_hello_cb(3)).
  int Pass(SSL* ssl, int* out_alert);
  // Whether the handshake has stopped for a StopBeforeSigning.
  bool has_stopped() const { return has_stopped_; }
  // Answer continues the handshake, or refuses it with the alert.
  void Answer(std::optional<uint8_t> alert);

  bool is_asking() const { return state_ == State::kAsking; }
  bool is_answered() const { return state_ == State::kAnswered; }
  // The name is known without a question, too; everything else only if the gate asks.
  const std::optional<std::string>& server_name() const { return hello_.server_name; }
  const ClientHello& client_hello() const { return hello_; }

 private:
  friend class StopBeforeSigning;

  int PassToSigning(SSL* ssl);

  enum class State : uint8_t { kNotAsked, kAsking, kAnswered };

  bool asks_;
  bool stops_before_signing_ = false;
  bool has_stopped_ = false;
  State state_ = State::kNotAsked;
  std::optional<uint8_t> alert_;
  ClientHello hello_;
};

// StopBeforeSigning makes a ClientHello stop the handshake once more, after the answer, unless the
// client offers to resume a session, which needs no signature. The demand ends with the object,
// also when an exception leaves the step.
class StopBeforeSigning {
 public:
  explicit StopBeforeSigning(HelloGate* gate) : gate_(gate) { gate_->stops_before_signing_ = true; }
  ~StopBeforeSigning() { gate_->stops_before_signing_ = gate_->has_stopped_ = false; }
  StopBeforeSigning(const StopBeforeSigning&) = delete;
  StopBeforeSigning& operator=(const StopBeforeSigning&) = delete;

 private:
  HelloGate* gate_;
};

}  // namespace hermetic::tls
