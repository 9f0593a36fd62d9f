// See hello_gate.h.
#include "native/tls/connection/hello_gate.h"

#include <cstdint>
#include <optional>

#include "native/tls/connection/client_hello.h"

namespace hermetic::tls {

int HelloGate::Pass(SSL* ssl, int* out_alert) {
  if (state_ == State::kNotAsked) {
    if (!asks_) {
      hello_.server_name = ReadServerName(ssl);
      return PassToSigning(ssl);
    }
    hello_ = ReadClientHello(ssl);
    state_ = State::kAsking;
  }
  if (state_ == State::kAsking) return SSL_CLIENT_HELLO_RETRY;
  if (!alert_.has_value()) return PassToSigning(ssl);
  *out_alert = *alert_;
  return SSL_CLIENT_HELLO_ERROR;
}

int HelloGate::PassToSigning(SSL* ssl) {
  has_stopped_ = stops_before_signing_ && !OffersToResume(ssl);
  return has_stopped_ ? SSL_CLIENT_HELLO_RETRY : SSL_CLIENT_HELLO_SUCCESS;
}

void HelloGate::Answer(std::optional<uint8_t> alert) {
  alert_ = alert;
  state_ = State::kAnswered;
}

}  // namespace hermetic::tls
