// See trust_settings.h.
#include "native/tls/context/trust_settings.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "native/base/bytes.h"
#include "native/base/error.h"
#include "native/base/result.h"
#include "native/input/named_bytes.h"
#include "native/openssl/error.h"
#include "native/tls/certificates/spki.h"
#include "native/tls/connection/callbacks.h"
#include "native/tls/context/session_binding.h"
#include "native/trust/store/lazy_store.h"
#include "native/trust/store/load_trust.h"
#include "native/trust/store/revocation_lists.h"
#include "native/trust/store/root_set.h"
#include "native/trust/store/root_store.h"
#include "native/trust/store/troubles.h"
#include "native/trust/system_roots.h"

namespace hermetic::tls {
namespace {

using openssl::CaptureError;
using openssl::X509Ptr;
using openssl::X509StorePtr;

int ToOpenssl(VerifyMode mode) {
  switch (mode) {
    case VerifyMode::kNone:
      return SSL_VERIFY_NONE;
    case VerifyMode::kOptional:
      return SSL_VERIFY_PEER;
    case VerifyMode::kRequired:
      return SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
  }
  return SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
}

}  // namespace

Status TrustSettings::ApplyDefaults(bool checks_hostname) {
  X509_VERIFY_PARAM* param = SSL_CTX_get0_param(ctx_);
  if (X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_TRUSTED_FIRST) != 1) {
    return CaptureError("the verify flags could not be set");
  }
  X509_VERIFY_PARAM_set_hostflags(param, host_flags_);
  SSL_CTX_set_verify(ctx_, ToOpenssl(mode_), VerifyTrampoline);
  if (checks_hostname) SetCheckHostname(true);
  return Ok();
}

unsigned long TrustSettings::flags() const {
  return X509_VERIFY_PARAM_get_flags(SSL_CTX_get0_param(ctx_));
}

Status TrustSettings::SetFlags(unsigned long flags) {
  sessions_->SettingsChange();
  X509_VERIFY_PARAM* param = SSL_CTX_get0_param(ctx_);
  const unsigned long present = X509_VERIFY_PARAM_get_flags(param);
  const unsigned long cleared = present & ~flags;
  const unsigned long added = flags & ~present;
  if (cleared != 0 && X509_VERIFY_PARAM_clear_flags(param, cleared) != 1) {
    return CaptureError("the verify flags could not be set");
  }
  if (added != 0 && X509_VERIFY_PARAM_set_flags(param, added) != 1) {
    return CaptureError("the verify flags could not be set");
  }
  return Ok();
}

Status TrustSettings::SetMode(VerifyMode mode) {
  if (mode == VerifyMode::kNone && check_hostname_) {
    return ValueError("verifyMode cannot be CERT_NONE while checkHostname is true");
  }
  sessions_->SettingsChange();
  mode_ = mode;
  SSL_CTX_set_verify(ctx_, ToOpenssl(mode), VerifyTrampoline);
  return Ok();
}

void TrustSettings::SetCheckHostname(bool check) {
  sessions_->SettingsChange();
  check_hostname_ = check;
  if (!check || verifies()) return;
  mode_ = VerifyMode::kRequired;
  SSL_CTX_set_verify(ctx_, ToOpenssl(mode_), VerifyTrampoline);
}

void TrustSettings::SetChecksCommonName(bool checks) {
  sessions_->SettingsChange();
  if (checks) {
    host_flags_ &= ~static_cast<unsigned>(X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
  } else {
    host_flags_ |= X509_CHECK_FLAG_NEVER_CHECK_SUBJECT;
  }
  X509_VERIFY_PARAM_set_hostflags(SSL_CTX_get0_param(ctx_), host_flags_);
}

void TrustSettings::SetDistrustedKeys(ByteView hashes) {
  sessions_->SettingsChange();
  key_rules_.distrusted = std::make_shared<const SpkiSet>(hashes);
}

void TrustSettings::SetPinnedKeys(ByteView hashes) {
  sessions_->SettingsChange();
  key_rules_.pinned = std::make_shared<const SpkiSet>(hashes);
}

int TrustSettings::depth() const {
  constexpr int kDefault = 100;  // OpenSSL's default, which it shows as -1 (crypto/x509/x509_vpm.c)
  const int depth = SSL_CTX_get_verify_depth(ctx_);
  return depth < 0 ? kDefault : depth;
}

void TrustSettings::SetDepth(int depth) {
  sessions_->SettingsChange();
  SSL_CTX_set_verify_depth(ctx_, depth);
}

Result<X509_STORE*> TrustSettings::OwnStore() {
  sessions_->CertificatesChange();
  if (store_is_shared_) {
    Result<X509StorePtr> copy = trust::CopyStore(store());
    if (!copy.ok()) return copy.error();
    SSL_CTX_set_cert_store(ctx_, copy->release());
    store_is_shared_ = false;
  }
  return store();
}

Status TrustSettings::LoadFile(const std::string& file) {
  Result<X509_STORE*> own = OwnStore();
  return own.ok() ? trust::LoadFile(*own, file) : Status(own.error());
}

Status TrustSettings::LoadDirectory(const std::string& directory) {
  Result<X509_STORE*> own = OwnStore();
  if (!own.ok()) return own.error();
  Status added = trust::AddDirectory(*own, directory);
  if (!added.ok()) return added;
  directories_.push_back(directory);
  return Ok();
}

Status TrustSettings::LoadData(const input::NamedBytes& data, trust::DataKind kind) {
  Result<X509_STORE*> own = OwnStore();
  return own.ok() ? trust::LoadData(*own, data, kind) : Status(own.error());
}

Status TrustSettings::AddClientCa(X509* certificate) {
  if (SSL_CTX_add_client_CA(ctx_, certificate) != 1)
    return CaptureError("the name of the authority could not be added");
  return Ok();
}

Status TrustSettings::LoadRevocationLists(const input::NamedBytes& data) {
  Result<std::vector<openssl::X509CrlPtr>> lists = trust::ReadRevocationLists(data);
  if (!lists.ok()) return lists.error();
  Result<X509_STORE*> own = OwnStore();
  if (!own.ok()) return own.error();
  for (const openssl::X509CrlPtr& list : *lists) {
    if (X509_STORE_add_crl(*own, list.get()) != 1)
      return CaptureError("the revocation list could not be added");
  }
  return Ok();
}

Result<std::vector<trust::Trouble>> TrustSettings::LoadDefaults(
    const trust::TrustEnvironment& environment, const std::string& purpose) {
  sessions_->CertificatesChange();
  Result<X509StorePtr> shared = trust::SharedStore(environment, purpose);
  if (!shared.ok()) return shared.error();
  const std::shared_ptr<const trust::RootSet> set = trust::ViewOf(shared->get())->set;
  Status trusted = UseStore(std::move(*shared));
  if (!trusted.ok()) return trusted.error();
  return trust::NewTroubles(*set);
}

Status TrustSettings::UseStore(X509StorePtr shared) {
  X509_STORE* const present = store();
  if (present == shared.get()) return Ok();
  if (trust::ViewOf(present) != nullptr) {
    Result<X509_STORE*> own = OwnStore();
    return own.ok() ? trust::AddAll(*own, shared.get()) : Status(own.error());
  }
  const openssl::X509ObjectStackPtr objects(X509_STORE_get1_objects(present));
  if (!objects) return CaptureError("out of memory");
  if (sk_X509_OBJECT_num(objects.get()) > 0 || !directories_.empty()) {
    return MergeTrustStore(std::move(shared));
  }
  SSL_CTX_set_cert_store(ctx_, shared.release());
  store_is_shared_ = true;
  return Ok();
}

// Adds the present certificates to a copy of the shared store. The reverse would decode all
// certificates of the shared store.
Status TrustSettings::MergeTrustStore(X509StorePtr shared) {
  Result<X509StorePtr> both = trust::CopyStore(shared.get());
  if (!both.ok()) return both.error();
  Status added = trust::AddAll(both->get(), store());
  for (const std::string& directory : directories_) {
    if (added.ok()) added = trust::AddDirectory(both->get(), directory);
  }
  if (added.ok()) SSL_CTX_set_cert_store(ctx_, both->release());
  return added;
}

Result<StoreStats> TrustSettings::Stats() const {
  Result<openssl::X509ObjectStackPtr> objects = trust::AllObjects(store());
  if (!objects.ok()) return objects.error();
  StoreStats stats;
  for (int i = 0; i < sk_X509_OBJECT_num(objects->get()); ++i) {
    X509_OBJECT* object = sk_X509_OBJECT_value(objects->get(), i);
    X509* certificate = X509_OBJECT_get0_X509(object);
    if (certificate != nullptr) {
      if (trust::IsRefused(store(), certificate)) continue;
      ++stats.num_x509;
      if (X509_check_ca(certificate) != 0) ++stats.num_x509_ca;
    } else if (X509_OBJECT_get0_X509_CRL(object) != nullptr) {
      ++stats.num_crl;
    }
  }
  return stats;
}

Result<std::vector<X509Ptr>> TrustSettings::CaCerts() const {
  Result<openssl::X509ObjectStackPtr> objects = trust::AllObjects(store());
  if (!objects.ok()) return objects.error();
  std::vector<X509Ptr> certificates;
  for (int i = 0; i < sk_X509_OBJECT_num(objects->get()); ++i) {
    X509* certificate = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects->get(), i));
    if (certificate == nullptr || X509_check_ca(certificate) == 0) continue;
    if (trust::IsRefused(store(), certificate)) continue;
    if (X509_up_ref(certificate) != 1) return CaptureError("out of memory");
    certificates.emplace_back(certificate);
  }
  return certificates;
}

}  // namespace hermetic::tls
