// See session_binding.h.
#include "native/tls/context/session_binding.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "native/base/bytes.h"
#include "native/base/error.h"
#include "native/base/result.h"
#include "native/openssl/error.h"
#include "native/tls/certificates/certificate_set.h"
#include "native/tls/certificates/identity.h"
#include "native/tls/certificates/key_rules.h"
#include "native/tls/connection/connection.h"
#include "native/tls/context/context.h"
#include "native/trust/store/fingerprint.h"

namespace hermetic::tls {
namespace {

using openssl::CaptureError;
using openssl::MdCtxPtr;

using Digest = trust::Fingerprint;
using Rules = std::array<uint64_t, 6>;
static_assert(sizeof(Digest) <= SSL_MAX_SID_CTX_LENGTH);

bool TakeOwnCertificates(const CertificateSet& set, std::vector<Digest>* out) {
  return std::all_of(set.identities().begin(), set.identities().end(),
                     [out](const IdentityPtr& identity) {
                       return trust::FingerprintOf(identity->leaf.get(), out);
                     });
}

bool Absorb(EVP_MD_CTX* hash, const void* data, size_t len) {
  return EVP_DigestUpdate(hash, data, len) == 1;
}

// Sorts, because the order of loading does not matter.
bool AbsorbAll(EVP_MD_CTX* hash, std::vector<Digest> fingerprints) {
  std::sort(fingerprints.begin(), fingerprints.end());
  const auto count = static_cast<uint64_t>(fingerprints.size());
  return Absorb(hash, &count, sizeof(count)) &&
         Absorb(hash, fingerprints.data(), fingerprints.size() * sizeof(Digest));
}

bool Finish(EVP_MD_CTX* hash, Bytes* out) {
  out->resize(sizeof(Digest));
  return EVP_DigestFinal_ex(hash, out->data(), nullptr) == 1;
}

bool DigestOf(const Rules& rules, const std::string& sigalgs, const KeyDemands& demands,
              ByteView certificates, ByteView salt, Bytes* out) {
  const MdCtxPtr hash(EVP_MD_CTX_new());
  const Bytes keys = demands.Encode();
  return hash && EVP_DigestInit_ex(hash.get(), EVP_sha256(), nullptr) == 1 &&
         Absorb(hash.get(), rules.data(), sizeof(rules)) &&
         Absorb(hash.get(), sigalgs.c_str(), sigalgs.size() + 1) &&
         Absorb(hash.get(), certificates.data(), certificates.size()) &&
         Absorb(hash.get(), keys.data(), keys.size()) &&
         Absorb(hash.get(), salt.data(), salt.size()) && Finish(hash.get(), out);
}

Error Failure() { return CaptureError("the session id context could not be made"); }

Status SetIdContext(SSL* ssl, ByteView id) {
  if (SSL_set_session_id_context(ssl, id.data(), static_cast<unsigned int>(id.size())) != 1)
    return Failure();
  return Ok();
}

}  // namespace

void SessionBinding::SettingsChange() {
  if (settings_.use_count() > 1) {
    Result<Bytes> fingerprint = Fingerprint(false);
    if (fingerprint.ok()) settings_->fingerprint = std::move(*fingerprint);
    Result<Bytes> observed = settings_->has_observer ? Fingerprint(true) : Bytes();
    if (observed.ok()) settings_->observed_fingerprint = std::move(*observed);
    Result<Bytes> lists = RevocationLists();
    if (lists.ok()) settings_->revocation_lists = std::move(*lists);
  }
  settings_ = std::make_shared<VerifySettings>();
}

void SessionBinding::CertificatesChange() {
  SettingsChange();
  certificates_digests_ = {};
}

Status SessionBinding::MakeCertificatesDigest(bool with_trusted, Bytes* out) const {
  std::vector<Digest> own;
  Result<std::vector<Digest>> trusted(std::vector<Digest>{});
  if (with_trusted) {
    trusted =
        trust::StoreFingerprints(context_->trust().store(), context_->trust().store_is_shared());
    if (!trusted.ok()) return trusted.error();
  }
  const MdCtxPtr hash(EVP_MD_CTX_new());
  bool is_done = hash && TakeOwnCertificates(context_->certificates(), &own) &&
                 EVP_DigestInit_ex(hash.get(), EVP_sha256(), nullptr) == 1 &&
                 AbsorbAll(hash.get(), std::move(own)) &&
                 AbsorbAll(hash.get(), std::move(*trusted));
  for (const std::string& directory : context_->trust().directories()) {
    is_done = is_done && Absorb(hash.get(), directory.c_str(), directory.size() + 1);
  }
  if (!is_done || !Finish(hash.get(), out)) return Failure();
  return Ok();
}

Result<ByteView> SessionBinding::CertificatesDigest(bool with_trusted) {
  Bytes& digest = certificates_digests_[with_trusted ? 1 : 0];
  if (digest.empty()) {
    Status made = MakeCertificatesDigest(with_trusted, &digest);
    if (!made.ok()) return made.error();
  }
  return ByteView(digest);
}

Result<Bytes> SessionBinding::Separation(const Connection& connection) const {
  const ByteView salt = ViewOf(salt_);
  Bytes bytes(salt.begin(), salt.end());
  const std::shared_ptr<Context>& source = connection.certificate_source();
  if (!source) return bytes;
  Result<ByteView> shown = source->sessions().CertificatesDigest(false);
  if (!shown.ok()) return shown.error();
  bytes.push_back(0);  // ends the salt, which is a text
  bytes.insert(bytes.end(), (*shown).begin(), (*shown).end());
  return bytes;
}

Status SessionBinding::SetForeignId(Bytes id) {
  if (id.size() > SSL_MAX_SID_CTX_LENGTH)
    return ValueError("a session id context has at most 32 bytes");
  foreign_id_ = std::move(id);
  return Ok();
}

Status SessionBinding::Apply(SSL* ssl) {
  // This context's rules, and the connection's own, which stay when it goes over from another
  // context. A client with a pre-shared key has not shown a certificate, so its session is useless
  // after pre-shared keys are no longer accepted.
  constexpr uint64_t kTakesPsk = 0x100;
  constexpr uint64_t kAsksPeer = 0x200;
  constexpr uint64_t kObservesPeer = 0x400;
  const TrustSettings& trust = context_->trust();
  const bool takes_psk = Connection::Of(ssl).TakesPsk();
  const bool asks_peer = Connection::Of(ssl).peer().asks();
  const bool observes_peer = Connection::Of(ssl).peer().observes();
  // The application judges an observed client also when it resumes a session, as one without a
  // certificate.
  const int demand = observes_peer ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : SSL_VERIFY_NONE;
  const Rules rules = {static_cast<uint64_t>(trust.mode()) | (takes_psk ? kTakesPsk : 0) |
                           (asks_peer ? kAsksPeer : 0) | (observes_peer ? kObservesPeer : 0),
                       trust.flags(),
                       static_cast<uint64_t>(SSL_get_verify_mode(ssl) & ~demand),
                       X509_VERIFY_PARAM_get_flags(SSL_get0_param(ssl)),
                       static_cast<uint64_t>(SSL_get_security_level(ssl)),
                       static_cast<uint64_t>(SSL_get_verify_depth(ssl))};
  const bool with_trusted = trust.verifies() || SSL_get_verify_mode(ssl) != SSL_VERIFY_NONE;
  const bool asks = with_trusted || takes_psk || asks_peer || observes_peer;
  if (!foreign_id_.empty() && !asks) return SetIdContext(ssl, foreign_id_);
  Result<ByteView> certificates = CertificatesDigest(with_trusted);
  if (!certificates.ok()) return certificates.error();
  Result<Bytes> separation = Separation(Connection::Of(ssl));
  if (!separation.ok()) return separation.error();
  Bytes id;
  const std::string& sigalgs =
      context_->client_sigalgs().empty() ? context_->server_sigalgs() : context_->client_sigalgs();
  if (!DigestOf(rules, sigalgs, Connection::Of(ssl).peer().demands(), *certificates, *separation,
                &id)) {
    return Failure();
  }
  return SetIdContext(ssl, id);
}

Result<Bytes> SessionBinding::Fingerprint(bool observes) {
  const TrustSettings& trust = context_->trust();
  const Rules rules = {static_cast<uint64_t>(trust.mode()),
                       trust.flags(),
                       (trust.check_hostname() ? 1U : 0U) | uint64_t{trust.host_flags()} << 1,
                       static_cast<uint64_t>(context_->security_level()),
                       static_cast<uint64_t>(trust.depth()),
                       0};
  Result<ByteView> certificates = CertificatesDigest(trust.verifies() || observes);
  if (!certificates.ok()) return certificates.error();
  Bytes fingerprint;
  KeyDemands demands;
  demands.SetFirst(trust.key_rules());
  if (!DigestOf(rules, context_->server_sigalgs(), demands, *certificates, {}, &fingerprint))
    return Failure();
  return fingerprint;
}

Result<Bytes> SessionBinding::RevocationLists() const {
  Result<std::vector<Digest>> lists = trust::RevocationListFingerprints(context_->trust().store());
  if (!lists.ok()) return lists.error();
  const MdCtxPtr hash(EVP_MD_CTX_new());
  Bytes digest;
  if (!hash || EVP_DigestInit_ex(hash.get(), EVP_sha256(), nullptr) != 1 ||
      !AbsorbAll(hash.get(), std::move(*lists)) || !Finish(hash.get(), &digest)) {
    return Failure();
  }
  return digest;
}

Result<Bytes> SessionBinding::FingerprintOf(const VerifySettings& settings, bool observes) {
  if (&settings == settings_.get()) return Fingerprint(observes);
  return observes ? settings.observed_fingerprint : settings.fingerprint;
}

Result<Bytes> SessionBinding::RevocationListsOf(const VerifySettings& settings) {
  if (&settings == settings_.get()) return RevocationLists();
  return settings.revocation_lists;
}

Status SessionBinding::CacheTrustDigest() {
  if (context_->trust().directories().empty() || !context_->trust().verifies()) return Ok();
  Result<ByteView> made = CertificatesDigest(true);
  return made.ok() ? Ok() : Status(made.error());
}

}  // namespace hermetic::tls
