// See connection.h.
#include "native/tls/connection/connection.h"

#include <openssl/err.h>
#include <openssl/sslerr.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <utility>

#include "native/base/bytes.h"
#include "native/base/error.h"
#include "native/base/result.h"
#include "native/openssl/error.h"
#include "native/tls/certificates/certificate_names.h"
#include "native/tls/connection/hello_gate.h"
#include "native/tls/connection/memory_bio.h"
#include "native/tls/connection/peer_verification.h"
#include "native/tls/connection/step.h"
#include "native/trust/store/troubles.h"

namespace hermetic::tls {
namespace {

using openssl::CaptureError;
using openssl::ErrorScope;

int ConnectionIndex() {
  static const int kIndex = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return kIndex;
}

#if OPENSSL_VERSION_MAJOR >= 4
// OpenSSL 4 refuses names that 3.5 sends and matches, such as "host." and "-host".
// lib/ssl/certificates/hostname.ts decides for both which names are valid.
int TakeAnyHost(const char* /*name*/, size_t /*len*/) noexcept { return 1; }
#endif

std::string EmptyStoreHint(const SSL* ssl) {
  const std::string note = trust::EmptyStoreNote(SSL_CTX_get_cert_store(SSL_get_SSL_CTX(ssl)));
  return note.empty() ? note : ": " + note;
}

// Returns whether the error is one of a certificate that OpenSSL cannot decode.
bool IsUndecodable() {
  constexpr int kReasons[] = {ERR_R_ASN1_LIB, SSL_R_LENGTH_MISMATCH, SSL_R_CERT_LENGTH_MISMATCH,
                              SSL_R_UNABLE_TO_FIND_PUBLIC_KEY_PARAMETERS,
                              SSL_R_UNKNOWN_CERTIFICATE_TYPE};
  return std::any_of(std::begin(kReasons), std::end(kReasons),
                     [](int reason) { return openssl::NewestIs(ERR_LIB_SSL, reason); });
}

// Returns a text that names the peer's certificate as the one that cannot be decoded, or an empty
// string for any other failure.
std::string WhyPeerCertificate(const SSL* ssl) {
  const OSSL_HANDSHAKE_STATE state = SSL_get_state(ssl);
  const bool is_client = state == TLS_ST_CR_CERT || state == TLS_ST_CR_COMP_CERT;
  const bool is_server = state == TLS_ST_SR_CERT || state == TLS_ST_SR_COMP_CERT;
  if (!IsUndecodable() || (!is_client && !is_server)) return "";
  const std::string reason = openssl::FirstReason();
  return std::string(": the ") + (is_client ? "server" : "client") +
         "'s certificate, or one of its chain, cannot be decoded" +
         (reason.empty() ? "" : " (" + reason + ")") + "; the peer has to replace it";
}

Step Want(StepState state) { return {state, 0, {}}; }

bool HasFailed(int ssl_error) {
  return ssl_error == SSL_ERROR_SSL || ssl_error == SSL_ERROR_SYSCALL;
}

}  // namespace

Connection::Connection(ConnectionOptions options)
    : transport_(std::move(options.transport)),
      first_(std::move(options.context)),
      current_(first_),
      is_server_(options.is_server),
      server_hostname_(std::move(options.server_hostname)),
      hello_(options.asks_client_hello),
      peer_(options.is_server, &transport_, &stepping_) {}

Result<std::unique_ptr<Connection>> Connection::Create(ConnectionOptions options) {
  const ErrorScope scope;
  std::unique_ptr<Connection> connection(new Connection(std::move(options)));
  Status started = connection->Start();
  if (!started.ok()) return started.error();
  return connection;
}

// When a connection is freed without a close_notify, OpenSSL makes its session unresumable, as TLS
// 1.0 required. Since TLS 1.1 (RFC 4346, 7.2.1) such a session may be resumed. After a fatal alert
// OpenSSL has already made it unresumable.
Connection::~Connection() {
  if (!ssl_) return;
  peer_.Close();
  if (SSL_is_init_finished(native()) == 1)
    SSL_set_shutdown(native(), SSL_get_shutdown(native()) | SSL_SENT_SHUTDOWN);
}

Connection& Connection::Of(const SSL* ssl) {
  return *static_cast<Connection*>(SSL_get_ex_data(ssl, ConnectionIndex()));
}

Status Connection::Start() {
  ssl_.reset(SSL_new(context()->native()));
  if (!ssl_ || SSL_set_ex_data(native(), ConnectionIndex(), this) != 1) {
    return CaptureError("the connection could not be made");
  }
  Status shown = context()->certificates().ApplyTo(native());
  if (!shown.ok()) return shown;
  if (is_server_) SSL_set_accept_state(native());
  if (!is_server_) SSL_set_connect_state(native());
  Status compressed = context()->compression().Begin(native());
  if (!compressed.ok()) return compressed;
  NoteChecks();
  peer_.Attach(native());
  peer_.BeginUnder(context()->trust());
  may_take_psk_ = context()->asks_psk_server();
  ApplyPostHandshakeAuth();
  openssl::BioPtr bio = NewTransportBio(&transport_);
  if (!bio) return CaptureError("the connection could not be made");
  BIO* const transport = bio.release();
  SSL_set_bio(native(), transport, transport);
  if (is_server_) return context()->sessions().Apply(native());
  Status noted = context()->sessions().CacheTrustDigest();
  return noted.ok() ? SetServerHostname() : noted;
}

void Connection::NoteChecks() {
  checks_ = {};
  checks_.verifies = (SSL_get_verify_mode(native()) & SSL_VERIFY_PEER) != 0;
  checks_.flags = X509_VERIFY_PARAM_get_flags(SSL_get0_param(native()));
  checks_.security_level = SSL_get_security_level(native());
  checks_.depth = context()->trust().depth();
  checks_.sigalgs = context()->server_sigalgs();
  checks_.settings = context()->sessions().settings();
}

Status Connection::SetServerHostname() {
  if (server_hostname_.empty()) {
    if (!context()->trust().check_hostname()) return Ok();
    return ValueError("checkHostname requires serverHostname");
  }
  const bool is_ip = IsIpAddress(server_hostname_);
  if (!is_ip && SSL_set_tlsext_host_name(native(), server_hostname_.c_str()) != 1) {
    return CaptureError("the server name could not be set");
  }
  if (!context()->trust().check_hostname()) return Ok();
  X509_VERIFY_PARAM* param = SSL_get0_param(native());
  X509_VERIFY_PARAM_set_hostflags(param, context()->trust().host_flags());
#if OPENSSL_VERSION_MAJOR >= 4
  X509_VERIFY_PARAM_set1_host_input_validation(param, TakeAnyHost);
#endif
  const int set = is_ip ? X509_VERIFY_PARAM_set1_ip_asc(param, server_hostname_.c_str())
                        : X509_VERIFY_PARAM_set1_host(param, server_hostname_.c_str(), 0);
  if (set != 1) return CaptureError("the server name could not be set");
  checks_.matches_name = true;
  checks_.matches_common_name = context()->trust().checks_common_name();
  return Ok();
}

// A server may ask later only if it verifies certificates; otherwise OpenSSL would take the flag
// for a requirement of its own (Python's bpo-37428). On a client the flag only announces support.
void Connection::ApplyPostHandshakeAuth() {
  const bool allows = context()->post_handshake_auth();
  if (!is_server_) {
    SSL_set_post_handshake_auth(native(), allows ? 1 : 0);
  } else if (allows && checks_.verifies) {
    SSL_set_verify(native(), SSL_get_verify_mode(native()) | SSL_VERIFY_POST_HANDSHAKE,
                   SSL_get_verify_callback(native()));
  }
}

Step Connection::Handshake() {
  const ErrorScope scope;
  if (std::optional<Step> blocked = BlockedResult()) return *std::move(blocked);
  peer_.HoldOutput();
  HideEnd();
  Step step = StepOf(SSL_do_handshake(native()), 0);
  if (step.state != StepState::kDone) peer_.PassOutput();
  return step;
}

Step Connection::HandshakeUnlessLong() {
  if (IsLong()) return Want(StepState::kWantThread);
  if (!is_server_ || ShownCertificates().SignsFast()) return Handshake();
  const StopBeforeSigning stop(&hello_);
  return Handshake();
}

const CertificateSet& Connection::ShownCertificates() const {
  return (certificate_source_ ? certificate_source_ : current_)->certificates();
}

// It does not look at the signature of a server, which the ClientHello decides about.
bool Connection::IsLong() const {
  if (!MayUseKeys()) return false;
  if (!is_server_) return true;
  if (AwaitsClientHello()) return false;
  if ((SSL_get_verify_mode(native()) & SSL_VERIFY_PEER) != 0) return true;
  const SSL_CIPHER* const cipher = SSL_get_pending_cipher(native());
  if (cipher == nullptr) return false;
  const int exchange = SSL_CIPHER_get_kx_nid(cipher);
  return exchange != NID_kx_ecdhe && exchange != NID_kx_ecdhe_psk && exchange != NID_kx_psk &&
         exchange != NID_kx_any;
}

// No deadlock: one thread changes both contexts, and holds one lock at a time.
Step Connection::HandshakeElsewhere() {
  const std::shared_lock first(first_->settings_lock());
  std::shared_lock current(current_->settings_lock(), std::defer_lock);
  if (current_ != first_) current.lock();
  return Handshake();
}

// A ClientHello whose beginning has come leaves the state as it is, although SSL_in_before is
// false.
bool Connection::AwaitsClientHello() const {
  const OSSL_HANDSHAKE_STATE state = SSL_get_state(native());
  return state == TLS_ST_BEFORE || state == TLS_ST_SR_CLNT_HELLO;
}

bool Connection::MayUseKeys() const {
  if (SSL_is_init_finished(native()) == 1 || peer_.is_pending() || peer_.is_refused()) return false;
  // The client of a resumed session is not asked for a certificate. Before its ClientHello, OpenSSL
  // still returns the value of the last handshake.
  if (is_server_ && !AwaitsClientHello() && SSL_session_reused(native()) == 1) return false;
  switch (SSL_get_state(native())) {
    case TLS_ST_EARLY_DATA:  // the end of a TLS 1.3 server's flight
      return (SSL_get_verify_mode(native()) & SSL_VERIFY_PEER) != 0;
    case TLS_ST_SW_FINISHED:
    case TLS_ST_CW_FINISHED:
      return false;
    default:
      return is_server_ || SSL_in_before(native()) != 1;
  }
}

Step Connection::Read(MutableByteView out) {
  const ErrorScope scope;
  if (std::optional<Step> blocked = BlockedResult()) return *std::move(blocked);
  if (IsHandshakeDone() && peer_.LacksCertificate()) return StepOf(1, 0);
  if (out.empty()) return {};
  // Separate from the handshake, so that its failure is not reported for the data after it.
  if ((peer_.asks() || peer_.observes()) && !IsHandshakeDone()) {
    Step ready = Handshake();
    if (ready.state != StepState::kDone) return ready;
  }
  if (peer_.awaits_acceptance()) return Want(StepState::kWantPeerAnswer);
  if (peer_.holds_plaintext()) return {StepState::kDone, peer_.TakePlaintext(out), {}};
  HideEnd();
  size_t count = 0;
  const int result = SSL_read_ex(native(), out.data(), out.size(), &count);
  const bool is_held = result == 1 && (peer_.is_pending() || peer_.awaits_acceptance());
  if (is_held) peer_.HoldPlaintext(out.first(count));
  const bool is_closed_by_peer = SSL_get_shutdown(native()) == SSL_RECEIVED_SHUTDOWN;
  if (result != 1 && is_closed_by_peer && SSL_get_error(native(), 0) == SSL_ERROR_ZERO_RETURN)
    return BlockedResult().value_or(Step{});
  return is_held ? Want(StepState::kWantPeerAnswer) : StepOf(result, count);
}

Step Connection::Write(ByteView bytes) {
  const ErrorScope scope;
  if (std::optional<Step> blocked = BlockedResult()) return *std::move(blocked);
  // Nothing is written before the peer is known.
  const bool needs_peer = peer_.demands().has_pins() || peer_.asks() || peer_.observes();
  Step ready = needs_peer ? Handshake() : Step{};
  if (ready.state != StepState::kDone) return ready;
  if (peer_.awaits_acceptance()) return Want(StepState::kWantPeerAnswer);
  const bool is_closed = (SSL_get_shutdown(native()) & SSL_SENT_SHUTDOWN) != 0;
  if (bytes.empty() && IsHandshakeDone() && !is_closed) return {};
  size_t count = 0;
  const int result = SSL_write_ex(native(), bytes.data(), bytes.size(), &count);
  return StepOf(result, count);
}

Step Connection::Shutdown() {
  const ErrorScope scope;
  if (std::optional<Step> blocked = BlockedResult()) return *std::move(blocked);
  if (peer_.awaits_acceptance()) return Want(StepState::kWantPeerAnswer);
  HideEnd();
  int result = SSL_shutdown(native());
  if (result == 0) result = SSL_shutdown(native());
  return StepOf(result, 0);
}

Step Connection::SendCloseNotify() {
  const ErrorScope scope;
  if (has_reached_eof_ || !IsHandshakeDone() || peer_.awaits_acceptance()) return {};
  const int result = SSL_shutdown(native());
  return result == 0 ? Step{} : StepOf(result, 0);
}

Step Connection::VerifyClientPostHandshake() {
  const ErrorScope scope;
  if (std::optional<Step> blocked = BlockedResult()) return *std::move(blocked);
  if (peer_.awaits_acceptance()) return Want(StepState::kWantPeerAnswer);
  if (SSL_verify_client_post_handshake(native()) != 1) return Failure(SSL_ERROR_SSL);
  // Sends the request, which would otherwise wait for the next write.
  return StepOf(SSL_do_handshake(native()), 0);
}

void Connection::NoteKeys(std::string_view line) {
  key_log_.insert(key_log_.end(), line.begin(), line.end());
  key_log_.push_back('\n');
}

std::optional<Step> Connection::BlockedResult() {
  if (has_reached_eof_) return Step{StepState::kFailed, 0, EofError({})};
  if (peer_.is_pending()) return Want(StepState::kWantPeerAnswer);
  if (!peer_.is_refused()) return std::nullopt;
  return Step{StepState::kFailed, 0,
              VerificationError(peer_.verification().report(), server_hostname_)};
}

// OpenSSL 3 treats an end without close_notify as a fatal error and makes the session unresumable.
// RFC 5246 (7.2.1) does not require that, and many clients leave without close_notify. In a
// handshake it sends decode_error, which to a peer that has only ended its side is an error in
// place of the end. OpenSSL is therefore not shown an end that is an error.
// OP_IGNORE_UNEXPECTED_EOF makes it an ordinary end.
void Connection::HideEnd() {
  transport_.hides_end = (SSL_get_options(native()) & SSL_OP_IGNORE_UNEXPECTED_EOF) == 0;
}

Step Connection::StepOf(int result, size_t count) {
  const int ssl_error = SSL_get_error(native(), result);
  if (peer_.is_pending()) {
    if (!HasFailed(ssl_error)) return Want(StepState::kWantPeerAnswer);
    peer_.Abandon();
    return Failure(ssl_error);
  }
  if (result == 1 && peer_.LacksCertificate()) {
    return {StepState::kFailed, 0, peer_.verification().MissingCertificate()};
  }
  if (result == 1) return {StepState::kDone, count, {}};
  switch (ssl_error) {
    case SSL_ERROR_WANT_READ:
      if (transport_.hides_end && transport_.AtEof()) return {StepState::kFailed, 0, EofError({})};
      return Want(StepState::kWantRead);
    case SSL_ERROR_WANT_WRITE:
      return Want(StepState::kWantWrite);
    case SSL_ERROR_WANT_CLIENT_HELLO_CB:
      if (hello_.has_stopped()) return Want(StepState::kWantThread);
      // OpenSSL still reports this state after the handshake was refused.
      if (hello_.is_answered()) return Failure(ssl_error);
      return Want(StepState::kWantClientHello);
    case SSL_ERROR_WANT_RETRY_VERIFY:
      return Want(StepState::kWantPeerAnswer);
    default:
      return Failure(ssl_error);
  }
}

Step Connection::Failure(int ssl_error) {
  if (ssl_error == SSL_ERROR_ZERO_RETURN) {
    Error error;
    error.kind = ErrorKind::kZeroReturn;
    error.number = SSL_ERROR_ZERO_RETURN;
    error.message = "TLS/SSL connection has been closed (EOF)";
    return {StepState::kFailed, 0, std::move(error)};
  }
  const bool is_eof =
      openssl::NewestIs(ERR_LIB_SSL, SSL_R_UNEXPECTED_EOF_WHILE_READING) || !openssl::HasError();
  const bool is_verification = openssl::NewestIs(ERR_LIB_SSL, SSL_R_CERTIFICATE_VERIFY_FAILED);
  const std::string about_peer = WhyPeerCertificate(native());
  Error error = CaptureError("");
  error.number = ssl_error;
  error.message += about_peer;
  if (is_eof) error = EofError(std::move(error));
  if (is_verification) {
    error = VerificationError(peer_.verification().report(), server_hostname_);
    error.message += EmptyStoreHint(native());
  }
  return {StepState::kFailed, 0, std::move(error)};
}

// After the transport has ended inside a connection, nothing that follows can be trusted, so the
// error is permanent.
Error Connection::EofError(Error error) {
  has_reached_eof_ = true;
  error.kind = ErrorKind::kEof;
  error.number = 8;  // Python's SSL_ERROR_EOF, which OpenSSL does not define
  error.message = "EOF occurred in violation of protocol";
  openssl::NameError(ERR_LIB_SSL, SSL_R_UNEXPECTED_EOF_WHILE_READING, &error);
  return error;
}

}  // namespace hermetic::tls
