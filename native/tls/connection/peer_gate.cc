// See peer_gate.h.
#include "native/tls/connection/peer_gate.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <cstddef>

#include "native/base/bytes.h"
#include "native/tls/connection/alert.h"
#include "native/tls/connection/asker.h"
#include "native/tls/connection/peer_answer.h"
#include "native/tls/connection/peer_verification.h"
#include "native/tls/context/trust_settings.h"

namespace hermetic::tls {

void PeerGate::Attach(SSL* ssl) {
  ssl_ = ssl;
  session_cache_ = SSL_get_SSL_CTX(ssl);
}

void PeerGate::Close() {
  if (is_pending() || awaits_acceptance()) ForgetSession();
}

void PeerGate::Observe(CertificateRequest request) {
  observes_ = true;
  if (is_server_) request_ = request;
  RequestCertificate();
  // A session of a client without a certificate keeps this result. Otherwise it would be "verified"
  // when the session is resumed.
  if (is_server_) SSL_set_verify_result(ssl_, kNoCertificateShown);
}

// The request is only added to: a context that demands certificates goes on to.
void PeerGate::RequestCertificate() {
  if (request_ == CertificateRequest::kNone) return;
  const int mode = SSL_get_verify_mode(ssl_);
  const bool demands = request_ == CertificateRequest::kDemanded;
  const int wanted =
      mode | SSL_VERIFY_PEER | (demands ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : SSL_VERIFY_NONE);
  if (wanted != mode) SSL_set_verify(ssl_, wanted, nullptr);
}

void PeerGate::Accept() {
  is_accepted_ = true;
  if (!is_closed()) transport_->Release();
}

void PeerGate::HoldOutput() {
  if (awaits_acceptance()) transport_->Hold();
}

void PeerGate::PassOutput() {
  if (awaits_acceptance() && !is_closed()) transport_->Release();
}

void PeerGate::BeginUnder(const TrustSettings& first) {
  demands_.SetFirst(first.key_rules());
  TakeVerifier(first);
}

void PeerGate::GoOverTo(const TrustSettings& present) {
  demands_.SetPresent(present.key_rules());
  TakeVerifier(present);
  RequestCertificate();
}

// OpenSSL respects the result of Verify only if it verifies, and otherwise a server does not ask
// for a certificate. Pins require a certificate. Nothing else makes a server ask.
void PeerGate::TakeVerifier(const TrustSettings& trust) {
  if (trust.verifier() != 0) verifier_ = trust.verifier();
  if (SSL_get_verify_mode(ssl_) != SSL_VERIFY_NONE) return;
  if (is_server_ && demands_.has_pins()) {
    SSL_set_verify(ssl_, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  } else if (!is_server_ && (asks() || !demands_.empty())) {
    SSL_set_verify(ssl_, SSL_VERIFY_PEER, nullptr);
  }
}

bool PeerGate::LacksCertificate() const {
  if (!demands_.has_pins() || SSL_get0_peer_certificate(ssl_) != nullptr) return false;
  const int mode = SSL_get_verify_mode(ssl_);
  const bool is_asked_for_later = (mode & SSL_VERIFY_POST_HANDSHAKE) != 0;
  return !is_server_ || ((mode & SSL_VERIFY_FAIL_IF_NO_PEER_CERT) != 0 && !is_asked_for_later);
}

bool PeerGate::Verify(X509_STORE_CTX* store_ctx, bool verifies) {
  switch (state_) {
    case State::kNotAsked:
      break;
    case State::kAsking:
      return SSL_set_retry_verify(ssl_) == 1;
    case State::kAnswered:
      state_ = State::kNotAsked;
      verification_.Restore(store_ctx);
      return Conclude(store_ctx, answer_);
    case State::kPending:
    case State::kRefused:
      return false;  // unreachable: a step stops before this
  }
  is_accepted_ = false;  // it was another certificate that was accepted
  const bool passes = verification_.Verify(store_ctx, demands_, {verifies, asks(), observes_});
  // Under CERT_NONE OpenSSL would continue, and examine the certificate later.
  if (!passes && SSL_get_verify_mode(ssl_) == SSL_VERIFY_NONE) {
    SSL_set_verify(ssl_, SSL_VERIFY_PEER, SSL_get_verify_callback(ssl_));
  }
  return asks() ? Ask(store_ctx) : passes;
}

bool PeerGate::Ask(X509_STORE_CTX* store_ctx) {
  if (!is_server_) {
    verification_.Suspend(store_ctx);
    state_ = State::kAsking;
    return SSL_set_retry_verify(ssl_) == 1;
  }
  Asker* const asker = stepping_->asker;
  const PeerAnswer answer = asker == nullptr ? PeerAnswer{} : asker->JudgePeer();
  if (answer.verdict != PeerVerdict::kLater) return Conclude(store_ctx, answer);
  state_ = State::kPending;
  transport_->Hold();
  // Before TLS 1.3 the client already knows the session's id, and could resume a session that the
  // application has not accepted.
  if (SSL_version(ssl_) < TLS1_3_VERSION) ForgetSession();
  return true;
}

bool PeerGate::Conclude(X509_STORE_CTX* store_ctx, const PeerAnswer& answer) {
  const bool passes = verification_.Conclude(answer.verdict);
  X509_STORE_CTX_set_error(store_ctx, verification_.code());
  if (!passes && answer.alert) RefuseWithAlert(ssl_, *answer.alert);
  return passes;
}

void PeerGate::Answer(const PeerAnswer& answer) {
  if (state_ == State::kAsking) {
    answer_ = answer;
    state_ = State::kAnswered;
  } else if (state_ == State::kPending) {
    Settle(verification_.Conclude(answer.verdict));
  }
}

void PeerGate::Settle(bool passes) {
  state_ = passes ? State::kNotAsked : State::kRefused;
  if (passes) {
    if (!awaits_acceptance()) transport_->Release();
  } else {
    ForgetSession();
    transport_->Drop();
    held_plaintext_ = {};
  }
}

void PeerGate::ForgetSession() { SSL_CTX_remove_session(session_cache_, SSL_get0_session(ssl_)); }

// The peer gets its alert. After authentication within a TLS 1.3 connection the alert may follow
// tickets. The peer must not get the tickets, and cannot decrypt the alert without them, so both
// are dropped.
void PeerGate::Abandon() {
  transport_->ReleaseAlert();
  Settle(false);
  state_ = State::kNotAsked;
}

void PeerGate::HoldPlaintext(MutableByteView plaintext) {
  held_plaintext_.assign(plaintext.begin(), plaintext.end());
  OPENSSL_cleanse(plaintext.data(), plaintext.size());
}

size_t PeerGate::TakePlaintext(MutableByteView out) {
  const size_t count = std::min(out.size(), held_plaintext_.size());
  std::copy_n(held_plaintext_.begin(), count, out.begin());
  held_plaintext_.erase(held_plaintext_.begin(),
                        held_plaintext_.begin() + static_cast<ptrdiff_t>(count));
  return count;
}

}  // namespace hermetic::tls
