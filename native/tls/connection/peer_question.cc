// Asking the application about the peer's certificate. A client's handshake stops for the answer. A
// server's handshake cannot stop, because OpenSSL takes the request to stop for "verified". A
// server's application is asked inside the step. If its answer is to come later, the handshake goes
// on, but to the outside nothing has happened: everything that the server sends is held back,
// including tickets, and decrypted data is not returned. After a refusal the peer gets neither.
#include <openssl/crypto.h>

#include <algorithm>
#include <cstdint>
#include <optional>

#include "native/base/bytes.h"
#include "native/tls/connection/alert.h"
#include "native/tls/connection/asker.h"
#include "native/tls/connection/connection.h"
#include "native/tls/connection/peer_answer.h"
#include "native/tls/connection/peer_verification.h"

namespace hermetic::tls {

PeerAnswer ToPeerAnswer(int64_t code) {
  constexpr int64_t kWithAlert = 256;
  if (code >= kWithAlert && code <= kWithAlert + UINT8_MAX)
    return {PeerVerdict::kRefuse, static_cast<uint8_t>(code - kWithAlert)};
  if (code < 0 || code > static_cast<int64_t>(PeerVerdict::kLater)) return {};
  return {static_cast<PeerVerdict>(code), std::nullopt};
}

bool Connection::VerifyPeer(X509_STORE_CTX* store_ctx) {
  switch (peer_state_) {
    case PeerState::kNotAsked:
      break;
    case PeerState::kAsking:
      return SSL_set_retry_verify(native()) == 1;
    case PeerState::kAnswered:
      peer_state_ = PeerState::kNotAsked;
      verification_.Restore(store_ctx);
      return ConcludePeer(store_ctx, peer_answer_);
    case PeerState::kPending:
    case PeerState::kRefused:
      return false;  // unreachable: a step stops before this
  }
  const bool passes = verification_.Verify(store_ctx, key_demands_, checks_.verifies, asks_peer());
  // Under CERT_NONE OpenSSL would continue, and examine the certificate later.
  if (!passes && SSL_get_verify_mode(native()) == SSL_VERIFY_NONE) {
    SSL_set_verify(native(), SSL_VERIFY_PEER, SSL_get_verify_callback(native()));
  }
  return asks_peer() ? AskPeer(store_ctx) : passes;
}

bool Connection::AskPeer(X509_STORE_CTX* store_ctx) {
  if (!is_server_) {
    verification_.Suspend(store_ctx);
    peer_state_ = PeerState::kAsking;
    return SSL_set_retry_verify(native()) == 1;
  }
  Asker* const asker = stepping_.asker;
  const PeerAnswer answer = asker == nullptr ? PeerAnswer{} : asker->JudgePeer();
  if (answer.verdict != PeerVerdict::kLater) return ConcludePeer(store_ctx, answer);
  peer_state_ = PeerState::kPending;
  transport_.Hold();
  // Before TLS 1.3 the client already knows the session's id, and could resume a session that the
  // application has not accepted.
  if (SSL_version(native()) < TLS1_3_VERSION) BarSession();
  return true;
}

bool Connection::ConcludePeer(X509_STORE_CTX* store_ctx, const PeerAnswer& answer) {
  const bool passes = verification_.Conclude(answer.verdict);
  X509_STORE_CTX_set_error(store_ctx, verification_.code());
  if (!passes && answer.alert) RefuseWithAlert(native(), *answer.alert);
  return passes;
}

void Connection::AnswerPeer(const PeerAnswer& answer) {
  if (peer_state_ == PeerState::kAsking) {
    peer_answer_ = answer;
    peer_state_ = PeerState::kAnswered;
  } else if (peer_state_ == PeerState::kPending) {
    SettlePeer(verification_.Conclude(answer.verdict));
  }
}

void Connection::SettlePeer(bool passes) {
  peer_state_ = passes ? PeerState::kNotAsked : PeerState::kRefused;
  if (passes) {
    transport_.Release();
  } else {
    BarSession();
    transport_.Drop();
    held_plaintext_ = {};
  }
}

void Connection::BarSession() {
  SSL_CTX_remove_session(first_->native(), SSL_get0_session(native()));
}

std::optional<Step> Connection::Barred() {
  if (has_reached_eof_) return Step{StepState::kFailed, 0, EofError({})};
  if (peer_state_ == PeerState::kPending) return Step{StepState::kWantPeerAnswer, 0, {}};
  if (peer_state_ != PeerState::kRefused) return std::nullopt;
  return Step{StepState::kFailed, 0, VerificationError(verification_.report(), server_hostname_)};
}

// If the step itself failed, for example on a wrong signature, there is nothing left to answer, and
// the peer gets its alert. After authentication within a TLS 1.3 connection the alert may follow
// tickets. The peer must not get the tickets, and cannot decrypt the alert without them, so both
// are dropped.
Step Connection::PendingStep(int result) {
  const int ssl_error = SSL_get_error(native(), result);
  const bool has_failed = ssl_error == SSL_ERROR_SSL || ssl_error == SSL_ERROR_SYSCALL;
  if (!has_failed) return {StepState::kWantPeerAnswer, 0, {}};
  transport_.ReleaseAlert();
  SettlePeer(false);
  peer_state_ = PeerState::kNotAsked;
  return Failure(ssl_error);
}

// Data that the peer sent after its certificate may have been decrypted in the same step.
Step Connection::HoldPlaintext(MutableByteView plaintext) {
  held_plaintext_.assign(plaintext.begin(), plaintext.end());
  OPENSSL_cleanse(plaintext.data(), plaintext.size());
  return {StepState::kWantPeerAnswer, 0, {}};
}

Step Connection::TakeHeldPlaintext(MutableByteView out) {
  const size_t count = std::min(out.size(), held_plaintext_.size());
  std::copy_n(held_plaintext_.begin(), count, out.begin());
  held_plaintext_.erase(held_plaintext_.begin(),
                        held_plaintext_.begin() + static_cast<ptrdiff_t>(count));
  return {StepState::kDone, count, {}};
}

}  // namespace hermetic::tls
