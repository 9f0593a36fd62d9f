// Connection turns bytes into bytes: ciphertext in and out through two MemoryBios, plaintext
// through Read and Write. When TLS needs a decision of the application, a step stops and reports
// it; requests that cannot wait go to the Asker. A connection belongs to one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/openssl/ptr.h"
#include "native/openssl/secure_bytes.h"
#include "native/tls/certificates/key_rules.h"
#include "native/tls/connection/asker.h"
#include "native/tls/connection/hello_gate.h"
#include "native/tls/connection/memory_bio.h"
#include "native/tls/connection/message.h"
#include "native/tls/connection/peer_gate.h"
#include "native/tls/connection/step.h"
#include "native/tls/connection/stored_answers.h"
#include "native/tls/context/context.h"
#include "native/tls/session/session_queue.h"

namespace hermetic::tls {

struct ConnectionOptions {
  std::shared_ptr<Context> context;
  Transport transport;
  bool is_server = false;
  // The name to send and to match: an A-label or an IP address in its usual form; empty without a
  // name.
  std::string server_hostname;
  // Whether the server stops at the ClientHello.
  bool asks_client_hello = false;
};

// Requirements of a connection on its peer's certificate.
struct PeerChecks {
  bool verifies = false;
  bool matches_name = false;
  bool matches_common_name = false;  // a common name is accepted as the name
  unsigned long flags = 0;           // X509_V_FLAG_*
  int security_level = 0;
  int depth = 0;        // as TrustSettings::depth
  std::string sigalgs;  // algorithms that the peer may sign with; empty for OpenSSL's default
  std::shared_ptr<const VerifySettings> settings;
  // For sessions only:
  KeyRules keys;
  bool observes = false;        // the peer was judged after the handshake (PeerGate::Observe)
  uint32_t verifier = 0;        // TrustSettings::verifier
  bool was_overridden = false;  // verification failed, and the application accepted the peer
};

class Connection {
 public:
  static Result<std::unique_ptr<Connection>> Create(ConnectionOptions options);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  // Of returns the connection that a callback's SSL belongs to.
  static Connection& Of(const SSL* ssl);

  Step Handshake();
  // HandshakeElsewhere is Handshake on another thread than that of the contexts, to which the
  // connection has moved. Meanwhile no setting of its contexts changes.
  Step HandshakeElsewhere();
  // HandshakeUnlessLong is Handshake, but stops with kWantThread before what delays other
  // connections: a signature of a slow kind, the verification of a chain, or an exchange of keys
  // that is not ECDHE. What a resumed session needs is not long.
  Step HandshakeUnlessLong();
  // MayUseKeys returns whether the handshake may be about to sign, verify or exchange keys, which
  // takes long. It is false while only Finished is awaited, and before a client's ClientHello. A
  // server that has resumed a session awaits only Finished, whether it verifies clients or not.
  bool MayUseKeys() const;
  // Read returns kDone with count 0 at the peer's close_notify. If the transport ends without
  // close_notify, Read fails with kEof, now and at every later step.
  Step Read(MutableByteView out);
  Step Write(ByteView bytes);
  // ReadRecords reads until `out` has no room for another record, or the input has none. Returns
  // the last step of Read; `*num_read` bytes were read before it, also if it has failed.
  Step ReadRecords(MutableByteView out, size_t* num_read);
  // WriteChunks writes the chunks in full records. They are the chunks of one step.
  Step WriteChunks(std::span<const ByteView> chunks);
  // HasInput returns whether Read may find something without more ciphertext.
  bool HasInput() const;
  // Shutdown sends close_notify and is done when the peer's has arrived as well.
  Step Shutdown();
  // SendCloseNotify sends close_notify without waiting for the peer's. It does nothing during the
  // handshake.
  Step SendCloseNotify();

  // VerifyClientPostHandshake makes a TLS 1.3 server ask for the client's certificate now. Later
  // steps read the answer and verify it.
  Step VerifyClientPostHandshake();

  // Renegotiate makes the next step begin another handshake (TLS 1.2 and before).
  Status Renegotiate();
  // The number of handshakes that have begun. Under TLS 1.2 and before, each end can begin more
  // than one.
  uint32_t num_handshakes() const { return num_handshakes_; }
  // SetMaxSendFragment sets how many bytes of plaintext a record has at most, from 512 to 16384.
  // Returns false for other numbers.
  bool SetMaxSendFragment(size_t len);

  // TakeKeyLog returns the secrets derived since the last call, as lines of a key log file, if the
  // context logs keys.
  openssl::SecureBytes TakeKeyLog() { return std::exchange(key_log_, {}); }

  // KeepMessages makes a connection keep its protocol messages, as those of a context can.
  void KeepMessages();
  // TakeMessages returns the protocol messages since the last call, if they are kept.
  std::vector<Message> TakeMessages() { return std::exchange(messages_, {}); }

  // The stops of a handshake for the application.
  HelloGate& hello() { return hello_; }
  const HelloGate& hello() const { return hello_; }
  PeerGate& peer() { return peer_; }
  const PeerGate& peer() const { return peer_; }

  // ObservePeer leaves the verdict about the peer to the application (PeerGate::Observe). It must
  // come before the handshake, or at the ClientHello. A server that observes its client may call it
  // again before it renegotiates, to request a certificate then.
  Status ObservePeer(CertificateRequest request);
  // AcceptPeer lets data pass, after the handshake of a connection that observes its peer.
  Status AcceptPeer();

  // SetAlpn replaces the context's application protocols for this connection, before the handshake
  // or at the ClientHello. A list that is not in wire format is a value error.
  Status SetAlpn(AlpnAnswer answer);
  // RequestOcspResponse makes a client ask the server for an OCSP response (RFC 6066, 8), and
  // SetOcspResponse gives a server the response to send, in DER.
  Status RequestOcspResponse();
  Status SetOcspResponse(Bytes response);
  // SetAsksPsk makes the connection ask for pre-shared keys, whatever its context does. The hint is
  // sent to clients of TLS 1.2; a hint that is too long is a value error.
  Status SetAsksPsk(const std::optional<std::string>& identity_hint);
  // SetStoredSession gives a server the session of its application's store that the client wants to
  // resume (EncodeSession). OpenSSL resumes it only under the session id context that it has.
  Status SetStoredSession(ByteView der);
  const StoredAnswers& answers() const { return answers_; }

  // UseContext continues with another context. context_switch.cc lists what the new context
  // changes.
  Status UseContext(const std::shared_ptr<Context>& context);
  // UseCertificates shows the certificates of another context, and takes over nothing else from it.
  // Sessions are bound to them in addition.
  Status UseCertificates(const std::shared_ptr<Context>& source);
  // The context of UseCertificates, or null.
  const std::shared_ptr<Context>& certificate_source() const { return certificate_source_; }
  const std::shared_ptr<Context>& context() const { return current_; }
  bool HasSwitchedContext() const { return current_ != first_; }

  // The memory of the transport is lent for one step at a time.
  Transport& transport() { return transport_; }
  SSL* native() const { return ssl_.get(); }
  bool is_server() const { return is_server_; }
  const std::string& server_hostname() const { return server_hostname_; }
  const PeerChecks& checks() const { return checks_; }
  // Whether a server accepts pre-shared keys: by its own setting, or by those of its present
  // context and of the one that it was made with.
  bool TakesPsk() const;
  // The handshake is not done before the application has accepted the peer. After the transport
  // ended without close_notify, the result is false, as after any other failure.
  bool IsHandshakeDone() const {
    return SSL_is_init_finished(native()) == 1 && !peer_.is_closed() && !has_reached_eof_;
  }

  // The step that runs now.
  Stepping& stepping() { return stepping_; }
  const Stepping& stepping() const { return stepping_; }

  // The sessions that were made since the last call, if the context stores sessions.
  SessionQueue& new_sessions() { return new_sessions_; }

  // For callbacks. OpenSSL goes on using the tickets and the session cache of the first context.
  const Context& first_context() const { return *first_; }
  void NoteMessage(Message message) { messages_.push_back(std::move(message)); }
  void NoteKeys(std::string_view line);
  void NoteHandshake();
  // The length of the identity that a client of TLS 1.3 offers, before OpenSSL truncates it.
  void NotePskIdentity(size_t len) { psk_identity_len_ = len; }
  size_t psk_identity_len() const { return psk_identity_len_; }

 private:
  explicit Connection(ConnectionOptions options);
  Status Start();
  bool IsLong() const;
  bool AwaitsClientHello() const;
  const CertificateSet& ShownCertificates() const;
  Status SetServerHostname();
  void NoteChecks();
  void ApplyPostHandshakeAuth();
  bool CanChangeDemands() const;
  Status CheckInTime() const;
  Status CheckSwitch(const Context& context) const;
  Status TakeVerifySettings();
  Status RenewServerHostname();
  // BlockedResult returns the result of every step on a connection that can no longer proceed.
  std::optional<Step> BlockedResult();
  void HideEnd();
  Step StepOf(int result, size_t count);
  Step Failure(int ssl_error);
  Error EofError(Error error);

  Transport transport_;
  std::shared_ptr<Context> first_;  // see first_context()
  std::shared_ptr<Context> current_;
  std::shared_ptr<Context> certificate_source_;
  bool is_server_;
  bool has_reached_eof_ = false;
  bool may_take_psk_ = false;
  bool asks_psk_ = false;
  size_t psk_identity_len_ = 0;
  uint32_t num_handshakes_ = 0;
  Stepping stepping_;
  std::string server_hostname_;
  PeerChecks checks_;
  HelloGate hello_;
  PeerGate peer_;
  StoredAnswers answers_;
  SessionQueue new_sessions_;
  openssl::SecureBytes key_log_;
  std::vector<Message> messages_;
  openssl::SslPtr ssl_;  // last, so destroyed first: it uses the transport and the contexts
};

}  // namespace hermetic::tls
