// Context holds the settings that connections share (Python: ssl.SSLContext; OpenSSL: SSL_CTX). Its
// rules are Python's.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/input/named_bytes.h"
#include "native/openssl/ptr.h"
#include "native/tls/certificates/certificate_set.h"
#include "native/tls/certificates/key_rules.h"
#include "native/trust/store/load_trust.h"
#include "native/trust/system_roots.h"

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

struct StoreStats {
  size_t num_x509 = 0;
  size_t num_crl = 0;
  size_t num_x509_ca = 0;
};

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

// VerifySettings represents a context's verification settings at one time. The digests are made
// when the settings change while a connection or session still refers to them. They are empty while
// these are the context's present settings, and if memory ran out.
struct VerifySettings {
  Bytes fingerprint;
  Bytes revocation_lists;
};

class Context {
 public:
  // Create makes a context with Python's defaults. A number that is not a Protocol is a value
  // error.
  static Result<std::shared_ptr<Context>> Create(int protocol);

  SSL_CTX* native() const { return ctx_.get(); }
  Protocol protocol() const { return protocol_; }

  uint64_t options() const { return SSL_CTX_get_options(ctx_.get()); }
  void SetOptions(uint64_t options);
  unsigned long verify_flags() const;
  Status SetVerifyFlags(unsigned long flags);
  int verify_mode() const { return verify_mode_; }
  Status SetVerifyMode(int mode);
  bool check_hostname() const { return check_hostname_; }
  void SetCheckHostname(bool check);
  // The rules about keys, for new connections. The hashes are concatenated.
  const KeyRules& key_rules() const { return key_rules_; }
  void SetDistrustedKeys(ByteView hashes);
  void SetPinnedKeys(ByteView hashes);
  // The number of the callback that is asked about peers, for new connections; 0 without a
  // callback. Sessions are bound to it.
  uint32_t verifier() const { return verifier_; }
  void SetVerifier(uint32_t verifier) { verifier_ = verifier; }
  unsigned int host_flags() const { return host_flags_; }
  void SetHostnameChecksCommonName(bool check);
  // The maximum number of certificates between the peer's and the trust anchor.
  int verify_depth() const;
  void SetVerifyDepth(int depth);

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
  // LoadDhParams sets the group of the finite-field key exchange of TLS 1.2 and before.
  Status LoadDhParams(const input::NamedBytes& pem);
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

  Status LoadVerifyFile(const std::string& file);
  Status LoadVerifyDirectory(const std::string& directory);
  Status LoadVerifyData(const input::NamedBytes& data, trust::DataKind kind);
  // LoadDefaultCerts trusts the platform's certificates for a purpose, given as an object
  // identifier; an empty one means any purpose. Places that cannot be read are skipped. Returns
  // those that have not been reported before in this process.
  Result<std::vector<trust::Trouble>> LoadDefaultCerts(const trust::TrustEnvironment& environment,
                                                       const std::string& purpose);
  Result<StoreStats> CertStoreStats() const;
  Result<std::vector<openssl::X509Ptr>> CaCerts() const;

  // ApplySessionIdContext gives `ssl` a session id context made from its own verify settings and
  // from the settings, certificates and trusted certificates of this context, so that a session
  // made under different ones is never resumed.
  Status ApplySessionIdContext(SSL* ssl);
  // Returns the present verification settings. The object is shared with the connections that were
  // made under them, and does not change when a setting changes.
  const std::shared_ptr<VerifySettings>& settings() const { return settings_; }
  // FingerprintOf returns the fingerprint of `settings`, present or past.
  Result<Bytes> FingerprintOf(const VerifySettings& settings);
  // RevocationListsOf returns a digest of the revocation lists under `settings`, present or past.
  Result<Bytes> RevocationListsOf(const VerifySettings& settings);
  // CacheTrustDigest makes the fingerprint before connections look into directories. Certificates that
  // they find there are kept in the store, where they cannot be distinguished from loaded ones.
  Status CacheTrustDigest();

 private:
  Context(openssl::SslCtxPtr ctx, Protocol protocol) : ctx_(std::move(ctx)), protocol_(protocol) {}
  Status ApplyDefaults();
  void InstallCallbacks();
  // SettingsChange is called before a change of a setting that verification depends on.
  void SettingsChange();
  void CertificatesChange();
  // SettingsFingerprint returns a digest of everything that decides which peers this context's
  // connections trust, and of their own certificates. It is the same for an equal context in
  // another process.
  Result<Bytes> SettingsFingerprint();
  Result<Bytes> RevocationListsDigest() const;
  // OwnStore returns the store to add to: a copy if the present one is shared with other contexts.
  Result<X509_STORE*> OwnStore();
  Status TrustStore(openssl::X509StorePtr shared);
  Status MergeTrustStore(openssl::X509StorePtr shared);
  Status MakeCertificatesDigest(bool with_trusted, Bytes* out) const;
  // CertificatesDigest returns the cached digest of the own certificates, and of the trusted ones
  // if `with_trusted` is set.
  Result<ByteView> CertificatesDigest(bool with_trusted);

  openssl::SslCtxPtr ctx_;
  Protocol protocol_;
  int verify_mode_ = 0;
  bool check_hostname_ = false;
  bool post_handshake_auth_ = false;
  bool brings_verify_settings_ = false;
  bool asks_psk_server_ = false;
  bool strict_alpn_ = false;
  unsigned int host_flags_ = X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS;
  KeyRules key_rules_;
  uint32_t verifier_ = 0;
  CertificateSet certificates_;
  bool store_is_shared_ = false;
  std::vector<std::string> directories_;
  Bytes alpn_protocols_;
  std::string server_sigalgs_;
  std::string client_sigalgs_;
  std::shared_ptr<VerifySettings> settings_ = std::make_shared<VerifySettings>();
  // For the session id context, without and with the trusted certificates; empty if to be computed.
  std::array<Bytes, 2> certificates_digests_;
};

// Sigalgs returns the names of all signature algorithms that TLS can be configured with.
Result<std::vector<std::string>> Sigalgs();

}  // namespace hermetic::tls
