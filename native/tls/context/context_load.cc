// Loading the certificates that a context trusts.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "native/base/result.h"
#include "native/input/named_bytes.h"
#include "native/openssl/error.h"
#include "native/tls/context/context.h"
#include "native/trust/store/lazy_store.h"
#include "native/trust/store/load_trust.h"
#include "native/trust/store/root_set.h"
#include "native/trust/store/root_store.h"
#include "native/trust/store/troubles.h"
#include "native/trust/system_roots.h"

namespace hermetic::tls {
namespace {

using openssl::CaptureError;
using openssl::X509Ptr;
using openssl::X509StorePtr;

}  // namespace

Result<X509_STORE*> Context::OwnStore() {
  CertificatesChange();
  if (store_is_shared_) {
    Result<X509StorePtr> copy = trust::CopyStore(SSL_CTX_get_cert_store(native()));
    if (!copy.ok()) return copy.error();
    SSL_CTX_set_cert_store(native(), copy->release());
    store_is_shared_ = false;
  }
  return SSL_CTX_get_cert_store(native());
}

Status Context::LoadVerifyFile(const std::string& file) {
  Result<X509_STORE*> store = OwnStore();
  return store.ok() ? trust::LoadFile(*store, file) : Status(store.error());
}

Status Context::LoadVerifyDirectory(const std::string& directory) {
  Result<X509_STORE*> store = OwnStore();
  if (!store.ok()) return store.error();
  Status added = trust::AddDirectory(*store, directory);
  if (!added.ok()) return added;
  directories_.push_back(directory);
  return Ok();
}

Status Context::LoadVerifyData(const input::NamedBytes& data, trust::DataKind kind) {
  Result<X509_STORE*> store = OwnStore();
  return store.ok() ? trust::LoadData(*store, data, kind) : Status(store.error());
}

Result<std::vector<trust::Trouble>> Context::LoadDefaultCerts(
    const trust::TrustEnvironment& environment, const std::string& purpose) {
  CertificatesChange();
  Result<X509StorePtr> shared = trust::SharedStore(environment, purpose);
  if (!shared.ok()) return shared.error();
  const std::shared_ptr<const trust::RootSet> set = trust::ViewOf(shared->get())->set;
  Status trusted = TrustStore(std::move(*shared));
  if (!trusted.ok()) return trusted.error();
  return trust::NewTroubles(*set);
}

Status Context::TrustStore(X509StorePtr shared) {
  X509_STORE* present = SSL_CTX_get_cert_store(native());
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
  SSL_CTX_set_cert_store(native(), shared.release());
  store_is_shared_ = true;
  return Ok();
}

// Adds the present certificates to a copy of the shared store. The reverse would decode all
// certificates of the shared store.
Status Context::MergeTrustStore(X509StorePtr shared) {
  Result<X509StorePtr> both = trust::CopyStore(shared.get());
  if (!both.ok()) return both.error();
  Status added = trust::AddAll(both->get(), SSL_CTX_get_cert_store(native()));
  for (const std::string& directory : directories_) {
    if (added.ok()) added = trust::AddDirectory(both->get(), directory);
  }
  if (added.ok()) SSL_CTX_set_cert_store(native(), both->release());
  return added;
}

Result<StoreStats> Context::CertStoreStats() const {
  X509_STORE* store = SSL_CTX_get_cert_store(native());
  Result<openssl::X509ObjectStackPtr> objects = trust::AllObjects(store);
  if (!objects.ok()) return objects.error();
  StoreStats stats;
  for (int i = 0; i < sk_X509_OBJECT_num(objects->get()); ++i) {
    X509_OBJECT* object = sk_X509_OBJECT_value(objects->get(), i);
    X509* certificate = X509_OBJECT_get0_X509(object);
    if (certificate != nullptr) {
      if (trust::IsRefused(store, certificate)) continue;
      ++stats.num_x509;
      if (X509_check_ca(certificate) != 0) ++stats.num_x509_ca;
    } else if (X509_OBJECT_get0_X509_CRL(object) != nullptr) {
      ++stats.num_crl;
    }
  }
  return stats;
}

Result<std::vector<X509Ptr>> Context::CaCerts() const {
  X509_STORE* store = SSL_CTX_get_cert_store(native());
  Result<openssl::X509ObjectStackPtr> objects = trust::AllObjects(store);
  if (!objects.ok()) return objects.error();
  std::vector<X509Ptr> certificates;
  for (int i = 0; i < sk_X509_OBJECT_num(objects->get()); ++i) {
    X509* certificate = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects->get(), i));
    if (certificate == nullptr || X509_check_ca(certificate) == 0) continue;
    if (trust::IsRefused(store, certificate)) continue;
    if (X509_up_ref(certificate) != 1) return CaptureError("out of memory");
    certificates.emplace_back(certificate);
  }
  return certificates;
}

}  // namespace hermetic::tls
