// PeerGate lets nothing pass before the peer is accepted. It verifies the peer's certificate, holds
// the peer to the demands of the connection's contexts, and asks the application.
//
// A client's handshake stops for the application's answer. A server's handshake cannot stop,
// because OpenSSL takes the request to stop for "verified". A server's application is asked inside
// the step. If its answer is to come later, the handshake goes on, but to the outside nothing has
// happened: everything that the server sends is held back, including tickets, and decrypted data is
// not returned. After a refusal the peer gets neither.
#pragma once

#include <cstdint>

#include "native/base/bytes.h"
#include "native/openssl/ptr.h"
#include "native/openssl/secure_bytes.h"
#include "native/tls/certificates/key_rules.h"
#include "native/tls/connection/asker.h"
#include "native/tls/connection/memory_bio.h"
#include "native/tls/connection/peer_answer.h"
#include "native/tls/connection/peer_verification.h"
#include "native/tls/context/trust_settings.h"

namespace hermetic::tls {

// The verify result of a server whose client has shown no certificate, if the peer is observed.
inline constexpr long kNoCertificateShown = X509_V_ERR_APPLICATION_VERIFICATION;

// CertificateRequest says whether a server that observes its client asks for a certificate. A
// client without the demanded certificate is refused in the handshake, with an alert.
enum class CertificateRequest : uint8_t { kNone, kOptional, kDemanded };

class PeerGate {
 public:
  // The transport and the state of the running step belong to the connection.
  PeerGate(bool is_server, Transport* transport, const Stepping* stepping)
      : is_server_(is_server), transport_(transport), stepping_(stepping) {}

  // Attach takes the connection's new SSL. Every other method that changes something comes later.
  void Attach(SSL* ssl);
  // Close refuses a peer whose answer is still awaited. It is called before the SSL is freed.
  void Close();

  // Demands only grow when the connection goes over to another context. The key rules of both
  // contexts count, and the first context's verifier stays unless the new context has its own.
  void BeginUnder(const TrustSettings& first);
  void GoOverTo(const TrustSettings& present);
  const KeyDemands& demands() const { return demands_; }

  // Observe leaves the verdict to the application, after the handshake: verification records every
  // complaint and goes on, and fails only by the context's own demands. Until Accept is called, the
  // connection passes no data, and keeps back what the last step of its handshake has written. A
  // renegotiation, and a certificate that arrives later, need another Accept. A server requests a
  // certificate as `request` says.
  void Observe(CertificateRequest request);
  bool observes() const { return observes_; }
  bool awaits_acceptance() const { return observes_ && !is_accepted_; }
  void Accept();
  // WithdrawAcceptance is called for every further handshake, which may bring another peer.
  void WithdrawAcceptance() { is_accepted_ = false; }
  // HoldOutput keeps back what a step of an observed handshake writes. PassOutput sends it after a
  // step that has not completed the handshake.
  void HoldOutput();
  void PassOutput();

  // The number of the callback that is asked about the peer; 0 without a callback.
  uint32_t verifier() const { return verifier_; }
  bool asks() const { return verifier_ != 0; }
  // LacksCertificate returns whether a handshake without certificates (an anonymous suite, or a
  // pre-shared key) leaves nothing to compare with the pins.
  bool LacksCertificate() const;

  // Verify is called by OpenSSL in place of X509_verify_cert, and returns whether the handshake
  // continues. `verifies` is false for CERT_NONE.
  bool Verify(X509_STORE_CTX* store_ctx, bool verifies);
  PeerVerification& verification() { return verification_; }
  const PeerVerification& verification() const { return verification_; }

  // Answer takes the answer that a client's handshake stopped for, or that a server has not waited
  // for. It does nothing if no answer is awaited.
  void Answer(const PeerAnswer& answer);
  // Whether nothing may pass: the answer is awaited, or was a refusal that came later.
  bool is_closed() const { return state_ != State::kNotAsked; }
  // Whether a server has continued without the answer.
  bool is_pending() const { return state_ == State::kPending; }
  // Whether the answer to a server that had continued was a refusal.
  bool is_refused() const { return state_ == State::kRefused; }
  // Abandon ends the wait of a server after a step that failed itself, for example on a wrong
  // signature: there is nothing left to answer.
  void Abandon();

  // HoldPlaintext keeps data that the peer sent after its certificate, and that was decrypted in
  // the same step. It wipes the original.
  void HoldPlaintext(MutableByteView plaintext);
  bool holds_plaintext() const { return !held_plaintext_.empty(); }
  // TakePlaintext returns the number of bytes that it has moved to `out`.
  size_t TakePlaintext(MutableByteView out);

 private:
  // A client uses kAsking and kAnswered. A server that continued without the answer uses kPending
  // and kRefused.
  enum class State : uint8_t { kNotAsked, kAsking, kAnswered, kPending, kRefused };

  void TakeVerifier(const TrustSettings& trust);
  void RequestCertificate();
  bool Ask(X509_STORE_CTX* store_ctx);
  bool Conclude(X509_STORE_CTX* store_ctx, const PeerAnswer& answer);
  void Settle(bool passes);
  void ForgetSession();

  bool is_server_;
  Transport* transport_;
  const Stepping* stepping_;
  SSL* ssl_ = nullptr;
  SSL_CTX* session_cache_ = nullptr;  // the first context's
  KeyDemands demands_;
  uint32_t verifier_ = 0;
  bool observes_ = false;
  CertificateRequest request_ = CertificateRequest::kNone;
  bool is_accepted_ = false;
  PeerVerification verification_;
  State state_ = State::kNotAsked;
  PeerAnswer answer_;
  openssl::SecureBytes held_plaintext_;
};

}  // namespace hermetic::tls
