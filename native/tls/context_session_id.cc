// The session id context: what keeps a session that was made under one set of settings from being
// resumed under another (RFC 5246 F.1.4; OpenSSL: SSL_CTX_set_session_id_context). It depends on
// the settings alone, so that it is the same in every process of a cluster and after a restart.
#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "native/tls/context.h"

namespace hermetic::tls {
namespace {

using openssl::Bytes;
using openssl::CaptureError;
using openssl::MdCtxPtr;
using openssl::Ok;
using openssl::Result;
using openssl::Status;

using Fingerprint = std::array<uint8_t, 32>;
static_assert(sizeof(Fingerprint) <= SSL_MAX_SID_CTX_LENGTH);

bool TakeFingerprint(const X509* certificate, std::vector<Fingerprint>* out) {
  Fingerprint fingerprint = {};
  unsigned int len = 0;
  if (X509_digest(certificate, EVP_sha256(), fingerprint.data(), &len) != 1) return false;
  out->push_back(fingerprint);
  return true;
}

bool TakeOwnCertificates(SSL_CTX* ctx, std::vector<Fingerprint>* out) {
  long more = SSL_CTX_set_current_cert(ctx, SSL_CERT_SET_FIRST);
  while (more == 1) {
    const X509* certificate = SSL_CTX_get0_certificate(ctx);
    if (certificate != nullptr && !TakeFingerprint(certificate, out)) return false;
    more = SSL_CTX_set_current_cert(ctx, SSL_CERT_SET_NEXT);
  }
  return true;
}

bool TakeTrusted(SSL_CTX* ctx, std::vector<Fingerprint>* out) {
  openssl::X509ObjectStackPtr objects(X509_STORE_get1_objects(SSL_CTX_get_cert_store(ctx)));
  if (!objects) return false;
  for (int i = 0; i < sk_X509_OBJECT_num(objects.get()); ++i) {
    const X509* certificate = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects.get(), i));
    if (certificate != nullptr && !TakeFingerprint(certificate, out)) return false;
  }
  return true;
}

bool Absorb(EVP_MD_CTX* hash, const void* data, size_t len) {
  return EVP_DigestUpdate(hash, data, len) == 1;
}

// Sorted, since the order in which things were loaded changes nothing.
bool AbsorbAll(EVP_MD_CTX* hash, std::vector<Fingerprint> fingerprints) {
  std::sort(fingerprints.begin(), fingerprints.end());
  const auto count = static_cast<uint64_t>(fingerprints.size());
  return Absorb(hash, &count, sizeof(count)) &&
         Absorb(hash, fingerprints.data(), fingerprints.size() * sizeof(Fingerprint));
}

}  // namespace

Result<Bytes> Context::SettingsDigest() const {
  std::vector<Fingerprint> own;
  std::vector<Fingerprint> trusted;
  MdCtxPtr hash(EVP_MD_CTX_new());
  const auto mode = static_cast<int64_t>(verify_mode_);
  const auto flags = static_cast<uint64_t>(verify_flags());
  bool is_done = hash && TakeOwnCertificates(native(), &own) &&
                 (verify_mode_ == 0 || TakeTrusted(native(), &trusted)) &&
                 EVP_DigestInit_ex(hash.get(), EVP_sha256(), nullptr) == 1 &&
                 Absorb(hash.get(), &mode, sizeof(mode)) &&
                 Absorb(hash.get(), &flags, sizeof(flags)) &&
                 AbsorbAll(hash.get(), std::move(own)) && AbsorbAll(hash.get(), std::move(trusted));
  for (const std::string& directory : directories_) {
    is_done = is_done && Absorb(hash.get(), directory.c_str(), directory.size() + 1);
  }
  Bytes digest(sizeof(Fingerprint));
  if (!is_done || EVP_DigestFinal_ex(hash.get(), digest.data(), nullptr) != 1) {
    return CaptureError("the session id context could not be made");
  }
  return digest;
}

Status Context::ApplySessionIdContext(SSL* ssl) {
  if (session_id_context_.empty()) {
    Result<Bytes> digest = SettingsDigest();
    if (!digest.ok()) return digest.error();
    session_id_context_ = std::move(*digest);
  }
  const auto len = static_cast<unsigned int>(session_id_context_.size());
  if (SSL_set_session_id_context(ssl, session_id_context_.data(), len) != 1) {
    return CaptureError("the session id context could not be set");
  }
  return Ok();
}

}  // namespace hermetic::tls
