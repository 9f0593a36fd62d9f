// See fingerprint.h.
#include "native/trust/store/fingerprint.h"

#include <algorithm>
#include <string>
#include <vector>

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/openssl/error.h"
#include "native/trust/store/lazy_store.h"

namespace hermetic::trust {
namespace {

using openssl::CaptureError;
using openssl::X509ObjectStackPtr;

template <typename T, typename MakeDigest>
bool FingerprintBy(MakeDigest make, const T* object, std::vector<Fingerprint>* out) {
  Fingerprint fingerprint = {};
  unsigned int len = 0;
  if (make(object, EVP_sha256(), fingerprint.data(), &len) != 1) return false;
  out->push_back(fingerprint);
  return true;
}

bool TakeView(const RootView& view, std::vector<Fingerprint>* out) {
  Result<std::vector<Fingerprint>> set = view.set->Fingerprints();
  if (!set.ok()) return false;
  out->insert(out->end(), set->begin(), set->end());
  std::string rest = "for " + view.purpose;
  for (const std::string& directory : view.places.directories) rest += " and " + directory;
  return FingerprintOf(hermetic::ViewOf(rest), out);
}

bool TakeObjects(X509_STORE* store, std::vector<Fingerprint>* out) {
  const X509ObjectStackPtr objects(X509_STORE_get1_objects(store));
  if (!objects) return false;
  for (int i = 0; i < sk_X509_OBJECT_num(objects.get()); ++i) {
    const X509_OBJECT* object = sk_X509_OBJECT_value(objects.get(), i);
    const X509* certificate = X509_OBJECT_get0_X509(object);
    const X509_CRL* crl = X509_OBJECT_get0_X509_CRL(object);
    if (certificate != nullptr && !FingerprintOf(certificate, out)) return false;
    if (crl != nullptr && !FingerprintOf(crl, out)) return false;
  }
  return true;
}

}  // namespace

bool FingerprintOf(ByteView bytes, std::vector<Fingerprint>* out) {
  Fingerprint fingerprint = {};
  unsigned int len = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), fingerprint.data(), &len, EVP_sha256(), nullptr) != 1)
    return false;
  out->push_back(fingerprint);
  return true;
}

bool FingerprintOf(const X509* certificate, std::vector<Fingerprint>* out) {
  return FingerprintBy(X509_digest, certificate, out);
}

bool FingerprintOf(const X509_CRL* crl, std::vector<Fingerprint>* out) {
  return FingerprintBy(X509_CRL_digest, crl, out);
}

Result<std::vector<Fingerprint>> StoreFingerprints(X509_STORE* store, bool is_shared) {
  const RootView* view = ViewOf(store);
  std::vector<Fingerprint> taken;
  if ((view != nullptr && !TakeView(*view, &taken)) ||
      (!(is_shared && view != nullptr) && !TakeObjects(store, &taken))) {
    return CaptureError("the trusted certificates could not be hashed");
  }
  // A certificate that a chain has asked for is in the view and in the store.
  std::sort(taken.begin(), taken.end());
  taken.erase(std::unique(taken.begin(), taken.end()), taken.end());
  return taken;
}

Result<std::vector<Fingerprint>> RevocationListFingerprints(X509_STORE* store) {
  const X509ObjectStackPtr objects(X509_STORE_get1_objects(store));
  std::vector<Fingerprint> taken;
  bool is_done = objects != nullptr;
  for (int i = 0; is_done && i < sk_X509_OBJECT_num(objects.get()); ++i) {
    const X509_CRL* crl = X509_OBJECT_get0_X509_CRL(sk_X509_OBJECT_value(objects.get(), i));
    is_done = crl == nullptr || FingerprintOf(crl, &taken);
  }
  if (!is_done) return CaptureError("the revocation lists could not be hashed");
  return taken;
}

}  // namespace hermetic::trust
