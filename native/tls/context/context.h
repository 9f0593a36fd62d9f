// Context holds the settings that connections share (Python: ssl.SSLContext; OpenSSL: SSL_CTX). Its
// rules are Python's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/input/named_bytes.h"
#include "native/openssl/ptr.h"
#include "native/openssl/secure_bytes.h"
#include "native/tls/certificates/certificate_compression.h"
#include "native/tls/certificates/certificate_set.h"
#include "native/tls/context/session_binding.h"
#include "native/tls/context/settings_lock.h"
#include "native/tls/context/trust_settings.h"
#include "native/tls/session/ticket_keys.h"

namespace hermetic::tls {

// Python's numbers for the protocols.
enum class Protocol : int {
  kTls = 2,
  kTlsV1 = 3,
  kTlsV1_1 = 4,
  kTlsV1_2 = 5,
  kTlsClient = 16,
  kTlsServer = 17,
};

enum class Bound : uint8_t { kMinimum, kMaximum };

struct CipherDescription {
  uint32_t id = 0;
  std::string name;
  std::string protocol;
  std::string description;
  int strength_bits = 0;
  int alg_bits = 0;
  bool aead = false;
  std::string symmetric;  // long name; empty if the suite does not fix one
  std::string digest;
  std::string kea;
  std::string auth;
};

class Context {
 public:
  // Create makes a context with Python's defaults. A protocol that OpenSSL was compiled without is
  // a value error.
  static Result<std::shared_ptr<Context>> Create(Protocol protocol);
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context() = default;

  SSL_CTX* native() const { return ctx_.get(); }
  // Held exclusively while a setting changes, and shared by a handshake on another thread.
  SettingsLock& settings_lock() const { return settings_lock_; }
  Protocol protocol() const { return protocol_; }

  uint64_t options() const { return SSL_CTX_get_options(ctx_.get()); }
  void SetOptions(uint64_t options);
  // Bounds are TLS version numbers, or -2 and -1 for the lowest and highest supported version.
  int VersionBound(Bound bound) const;
  Status SetVersionBound(Bound bound, int version);
  int security_level() const { return SSL_CTX_get_security_level(ctx_.get()); }
  size_t num_tickets() const { return SSL_CTX_get_num_tickets(ctx_.get()); }
  Status SetNumTickets(size_t count);
  // Whether connections ask for post-handshake authentication (TLS 1.3), or offer it as a client.
  bool post_handshake_auth() const { return post_handshake_auth_; }
  void SetPostHandshakeAuth(bool allows) { post_handshake_auth_ = allows; }
  // Whether a connection that goes over to this context takes its verify settings.
  bool brings_verify_settings() const { return brings_verify_settings_; }
  void SetBringsVerifySettings(bool brings) { brings_verify_settings_ = brings; }
  // SetAsksPskClient and SetAsksPskServer make new connections ask for pre-shared keys (Asker). The
  // hint is sent to clients of TLS 1.2; a hint that is too long is a value error.
  void SetAsksPskClient(bool asks);
  bool asks_psk_server() const { return asks_psk_server_; }
  Status SetAsksPskServer(bool asks, const std::optional<std::string>& identity_hint);
  // SetLogsKeys makes connections that use this context keep their secrets for
  // Connection::TakeKeyLog.
  void SetLogsKeys(bool logs);
  // SetKeepsMessages makes new connections keep the messages that they send and receive for
  // Connection::TakeMessages.
  void SetKeepsMessages(bool keeps);

  // SetStoresSessions makes new connections queue their sessions (Connection::new_sessions) and ask
  // for stored ones, in place of OpenSSL's cache.
  void SetStoresSessions(bool stores);
  // SetSessionTimeout sets how long new sessions may be resumed, in seconds.
  void SetSessionTimeout(int32_t seconds) { SSL_CTX_set_timeout(native(), long{seconds}); }
  // SetTicketKeys sets the keys of tickets, also for connections that exist. TicketKeyBytes returns
  // them; it makes a key if there are only OpenSSL's own.
  Status SetTicketKeys(ByteView keys);
  Result<openssl::SecureBytes> TicketKeyBytes();
  // SetTicketKeyRing sets keys of both lengths (TicketKeys::CreateMixed) for the next ticket of
  // every connection, or restores OpenSSL's own keys for an empty list.
  Status SetTicketKeyRing(ByteView keys, ByteView lengths);
  const std::shared_ptr<const TicketKeys>& ticket_keys() const { return ticket_keys_; }

  Status SetCiphers(const std::string& list);       // TLS 1.2 and before
  Status SetCiphersuites(const std::string& list);  // TLS 1.3
  Status SetGroups(const std::string& list);
  // SetEcdhCurve allows a single group, by OpenSSL's short name of its object.
  Status SetEcdhCurve(const std::string& name);
  // Groups returns the library's groups for the versions that the context allows.
  Result<std::vector<std::string>> Groups(bool with_aliases) const;
  // The signature algorithms that this end signs its handshake with and accepts from its peer.
  // SetClientSigalgs sets those for certificates of clients, if they differ.
  Status SetServerSigalgs(const std::string& list);
  Status SetClientSigalgs(const std::string& list);
  const std::string& server_sigalgs() const { return server_sigalgs_; }
  const std::string& client_sigalgs() const { return client_sigalgs_; }
  // LoadDhParams sets the group of the finite-field key exchange of TLS 1.2 and before.
  // Returns the number of bits of its prime.
  Result<int> LoadDhParams(const input::NamedBytes& pem);
  // SetDhAuto makes a server choose a group of that key exchange by the strength of its key.
  void SetDhAuto(bool chooses) { SSL_CTX_set_dh_auto(native(), chooses ? 1 : 0); }
  Result<std::vector<CipherDescription>> Ciphers() const;
  // `protocols` has the wire format of RFC 7301: each name is preceded by a byte with its length.
  Status SetAlpnProtocols(ByteView protocols);
  ByteView alpn_protocols() const { return alpn_protocols_; }
  // Whether a server refuses a client that offers application protocols without a common one (RFC
  // 7301, 3.2).
  bool strict_alpn() const { return strict_alpn_; }
  void SetStrictAlpn(bool is_strict) { strict_alpn_ = is_strict; }

  // AddIdentity replaces the identity with the same kind of key, and ReplaceIdentities replaces
  // all. On failure nothing changes. Existing connections keep their identities.
  Status AddIdentity(IdentityPtr identity);
  Status ReplaceIdentities(std::vector<IdentityPtr> identities);
  const CertificateSet& certificates() const { return certificates_; }
  // SetCertificateCompression sets the algorithms, by their numbers in RFC 8879, in order of
  // preference. AddCompressedChain then takes the message of the identity with that index.
  Status SetCertificateCompression(std::vector<int> algorithms);
  Status AddCompressedChain(size_t index, int algorithm, ByteView compressed);
  const CertificateCompression& compression() const { return compression_; }

  // Which peers connections accept, and what their sessions are bound to.
  TrustSettings& trust() { return trust_; }
  const TrustSettings& trust() const { return trust_; }
  SessionBinding& sessions() { return sessions_; }
  const SessionBinding& sessions() const { return sessions_; }

 private:
  Context(openssl::SslCtxPtr ctx, Protocol protocol);
  Status ApplyDefaults();
  void UseTicketKeys(std::shared_ptr<const TicketKeys> keys);
  void InstallCallbacks();

  mutable SettingsLock settings_lock_;
  openssl::SslCtxPtr ctx_;
  Protocol protocol_;
  bool post_handshake_auth_ = false;
  bool brings_verify_settings_ = false;
  bool asks_psk_server_ = false;
  bool strict_alpn_ = false;
  CertificateSet certificates_;
  CertificateCompression compression_;
  Bytes alpn_protocols_;
  std::string server_sigalgs_;
  std::string client_sigalgs_;
  std::shared_ptr<const TicketKeys> ticket_keys_;
  SessionBinding sessions_;
  TrustSettings trust_;
};

// Sigalgs returns the names of all signature algorithms that TLS can be configured with.
Result<std::vector<std::string>> Sigalgs();

}  // namespace hermetic::tls
