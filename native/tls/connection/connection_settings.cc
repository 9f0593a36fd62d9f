// The settings of one connection, which it has besides those of its context. They are made before
// the handshake, or at the ClientHello.
#include <openssl/ssl.h>

#include <memory>
#include <utility>

#include "native/base/bytes.h"
#include "native/base/error.h"
#include "native/base/result.h"
#include "native/openssl/error.h"
#include "native/openssl/ptr.h"
#include "native/tls/connection/callbacks.h"
#include "native/tls/connection/connection.h"
#include "native/tls/connection/peer_gate.h"
#include "native/tls/connection/stored_answers.h"
#include "native/tls/context/context.h"
#include "native/tls/context/session_binding.h"
#include "native/tls/session/session_storage.h"

namespace hermetic::tls {

using openssl::CaptureError;
using openssl::ErrorScope;

Status Connection::ObservePeer(CertificateRequest request) {
  const ErrorScope scope;
  const bool may_renegotiate = is_server_ && peer_.observes() && IsHandshakeDone();
  Status in_time = may_renegotiate ? Ok() : CheckInTime();
  if (!in_time.ok()) return in_time;
  peer_.Observe(request);
  if (is_server_) return context()->sessions().Apply(native());
  context()->sessions().NoteObserver();
  return Ok();
}

Status Connection::AcceptPeer() {
  if (!peer_.observes() || !IsHandshakeDone())
    return StateError("a peer can be accepted only after a handshake that observes it");
  peer_.Accept();
  return Ok();
}

Status Connection::SetAlpn(AlpnAnswer answer) {
  const ErrorScope scope;
  Status in_time = CheckInTime();
  if (!in_time.ok()) return in_time;
  // The function also checks the list, and returns 0 for success.
  if (SSL_set_alpn_protos(native(), answer.protocols.data(),
                          static_cast<unsigned>(answer.protocols.size())) != 0)
    return ValueError("the ALPN protocols must be names, each with its length before it");
  answers_.alpn = std::move(answer);
  return Ok();
}

Status Connection::RequestOcspResponse() {
  const ErrorScope scope;
  Status in_time = CheckInTime();
  if (!in_time.ok()) return in_time;
  if (SSL_set_tlsext_status_type(native(), TLSEXT_STATUSTYPE_ocsp) != 1)
    return CaptureError("the OCSP response could not be requested");
  return Ok();
}

Status Connection::SetOcspResponse(Bytes response) {
  Status in_time = CheckInTime();
  if (!in_time.ok()) return in_time;
  // A chain is compressed before the response is known, which belongs in the same message.
  if (!response.empty()) SSL_set_options(native(), SSL_OP_NO_TX_CERTIFICATE_COMPRESSION);
  answers_.ocsp_response = std::move(response);
  return Ok();
}

Status Connection::SetStoredSession(ByteView der) {
  const ErrorScope scope;
  Status in_time = CheckInTime();
  if (!in_time.ok()) return in_time;
  Result<openssl::SslSessionPtr> session = DecodeSession(der);
  if (!session.ok()) return session.error();
  answers_.session = std::move(*session);
  return Ok();
}

void Connection::KeepMessages() { SSL_set_msg_callback(native(), MessageTrampoline); }

bool Connection::SetMaxSendFragment(size_t len) {
  return SSL_set_max_send_fragment(native(), static_cast<long>(len)) == 1;
}

Status Connection::Renegotiate() {
  const ErrorScope scope;
  if (!IsHandshakeDone() || peer_.awaits_acceptance())
    return StateError("a connection renegotiates after its handshake");
  if (SSL_renegotiate(native()) != 1) return CaptureError("the connection cannot renegotiate");
  return Ok();
}

// TLS 1.3 has messages after the handshake, which OpenSSL reports in the same way. So does a
// server's request for another handshake: a server withdraws its acceptance at the ClientHello.
void Connection::NoteHandshake() {
  const bool is_first = num_handshakes_ == 0;
  if (!is_first && SSL_version(native()) == TLS1_3_VERSION) return;
  ++num_handshakes_;
  if (!is_first && !is_server_) peer_.WithdrawAcceptance();
}

Status Connection::UseCertificates(const std::shared_ptr<Context>& source) {
  const ErrorScope scope;
  Status in_time = CheckInTime();
  if (!in_time.ok()) return in_time;
  Status given = source->certificates().GiveTo(native());
  if (!given.ok()) return given;
  Status compressed = source->compression().GiveChains(native());
  if (!compressed.ok()) return compressed;
  certificate_source_ = source;
  return is_server_ ? context()->sessions().Apply(native()) : Ok();
}

Status Connection::CheckInTime() const {
  if (CanChangeDemands()) return Ok();
  return StateError("a connection is set up before its handshake, or at the ClientHello");
}

}  // namespace hermetic::tls
