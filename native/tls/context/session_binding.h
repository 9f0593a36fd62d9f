// SessionBinding binds sessions to the settings of the context under which they were made. A server
// never resumes a session under other settings (RFC 5246 F.1.4; OpenSSL:
// SSL_CTX_set_session_id_context); a client compares fingerprints. Both depend only on the
// settings, so that they are the same in every process of a cluster and after a restart.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <utility>

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/openssl/ptr.h"

namespace hermetic::tls {

class Connection;
class Context;

// VerifySettings represents a context's verification settings at one time. The digests are made
// when the settings change while a connection or session still refers to them. They are empty while
// these are the context's present settings, and if memory ran out.
struct VerifySettings {
  bool has_observer = false;  // SessionBinding::NoteObserver
  Bytes fingerprint;
  Bytes observed_fingerprint;
  Bytes revocation_lists;
};

class SessionBinding {
 public:
  // The binding is a part of `context`.
  explicit SessionBinding(const Context* context) : context_(context) {}

  // SettingsChange is called before a change of a setting that verification depends on, and
  // CertificatesChange before one of the own or the trusted certificates.
  void SettingsChange();
  void CertificatesChange();

  // SetSalt separates the sessions of applications whose settings are equal. The salt is absorbed
  // in addition to the settings, and so never makes sessions of different ones interchangeable.
  void SetSalt(std::string salt) { salt_ = std::move(salt); }

  // SetForeignId sets the session id context of another program, whose sessions servers then resume
  // in place of their own binding, as long as they do not ask for certificates or pre-shared keys.
  // Empty removes it. One of more than 32 bytes is a value error.
  Status SetForeignId(Bytes id);

  // Apply gives `ssl` a session id context made from its own verify settings and from the settings,
  // certificates and trusted certificates of the context, so that a session made under different
  // ones is never resumed.
  Status Apply(SSL* ssl);
  // Returns the present verification settings. The object is shared with the connections that were
  // made under them, and does not change when a setting changes.
  const std::shared_ptr<VerifySettings>& settings() const { return settings_; }
  // FingerprintOf returns a digest of everything that decided which peers connections trusted under
  // `settings`, present or past, and of their own certificates. It is the same for an equal context
  // in another process. For connections that observe their peers it covers the trusted certificates
  // even if the context does not verify.
  Result<Bytes> FingerprintOf(const VerifySettings& settings, bool observes);
  // RevocationListsOf returns a digest of the revocation lists under `settings`, present or past.
  Result<Bytes> RevocationListsOf(const VerifySettings& settings);
  // NoteObserver is called for a client that observes its peer under the present settings.
  void NoteObserver() { settings_->has_observer = true; }
  // CacheTrustDigest makes the digest before connections look into directories. Certificates that
  // they find there are kept in the store, where they cannot be distinguished from loaded ones.
  Status CacheTrustDigest();

 private:
  Result<Bytes> Fingerprint(bool observes);
  // Separation returns the salt, and the certificates of a connection that shows those of another
  // context.
  Result<Bytes> Separation(const Connection& connection) const;
  Result<Bytes> RevocationLists() const;
  Status MakeCertificatesDigest(bool with_trusted, Bytes* out) const;
  // CertificatesDigest returns the cached digest of the own certificates, and of the trusted ones
  // if `with_trusted` is set.
  Result<ByteView> CertificatesDigest(bool with_trusted);

  const Context* context_;
  std::string salt_;
  Bytes foreign_id_;
  std::shared_ptr<VerifySettings> settings_ = std::make_shared<VerifySettings>();
  // Without and with the trusted certificates; empty if to be computed.
  std::array<Bytes, 2> certificates_digests_;
};

}  // namespace hermetic::tls
