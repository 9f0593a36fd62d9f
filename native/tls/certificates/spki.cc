// See spki.h.
#include "native/tls/certificates/spki.h"

#include <algorithm>

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/openssl/error.h"

namespace hermetic::tls {

using openssl::CaptureError;

Result<SpkiHash> HashSpki(const X509* certificate) {
  unsigned char* der = nullptr;
  const int len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
  if (len < 0) return CaptureError("the public key could not be encoded");
  const openssl::OpensslMemoryPtr<unsigned char> owner(der);
  SpkiHash hash = {};
  const auto size = static_cast<size_t>(len);
  if (EVP_Digest(der, size, hash.data(), nullptr, EVP_sha256(), nullptr) != 1) {
    return CaptureError("the public key could not be hashed");
  }
  return hash;
}

SpkiSet::SpkiSet(ByteView hashes) : hashes_(hashes.size() / kSpkiHashLen) {
  for (size_t i = 0; i < hashes_.size(); ++i) {
    const ByteView hash = hashes.subspan(i * kSpkiHashLen, kSpkiHashLen);
    std::copy(hash.begin(), hash.end(), hashes_[i].begin());
  }
  std::sort(hashes_.begin(), hashes_.end());
  hashes_.erase(std::unique(hashes_.begin(), hashes_.end()), hashes_.end());
}

bool SpkiSet::Contains(const SpkiHash& hash) const {
  return std::binary_search(hashes_.begin(), hashes_.end(), hash);
}

bool SpkiSet::Includes(const SpkiSet& other) const {
  return std::includes(hashes_.begin(), hashes_.end(), other.hashes_.begin(), other.hashes_.end());
}

ByteView SpkiSet::bytes() const {
  if (hashes_.empty()) return {};
  return {hashes_.front().data(), hashes_.size() * kSpkiHashLen};
}

}  // namespace hermetic::tls
