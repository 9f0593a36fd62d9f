// See extensions.h.
#include "native/openssl/extensions.h"

#include "native/openssl/error.h"

namespace hermetic::openssl {
namespace {

// Real certificates have few such places, if any, and names of some hundred bytes.
constexpr int kMaxCopiedLen = 1 << 16;
constexpr int kRelativeName = 1;  // nameRelativeToCRLIssuer (RFC 5280, 4.2.1.13)

// Returns the name that OpenSSL takes as the issuer of the place's list.
const X509_NAME* IssuerOf(const DIST_POINT* place, const X509* certificate) {
  for (int i = 0; i < sk_GENERAL_NAME_num(place->CRLissuer); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(place->CRLissuer, i);
    if (name->type == GEN_DIRNAME) return name->d.directoryName;
  }
  return X509_get_issuer_name(certificate);
}

}  // namespace

void CacheExtensions(X509* certificate) noexcept {
  const ErrorMark mark;
  X509_check_purpose(certificate, -1, 0);
}

bool MultipliesNames(const X509* certificate) noexcept {
  const ErrorMark mark;
  const CrlDistPointsPtr places(static_cast<CRL_DIST_POINTS*>(
      X509_get_ext_d2i(certificate, NID_crl_distribution_points, nullptr, nullptr)));
  int copied_len = 0;
  for (int i = 0; i < sk_DIST_POINT_num(places.get()); ++i) {
    const DIST_POINT* place = sk_DIST_POINT_value(places.get(), i);
    if (place->distpoint == nullptr || place->distpoint->type != kRelativeName) continue;
    copied_len += i2d_X509_NAME(IssuerOf(place, certificate), nullptr);
    if (copied_len > kMaxCopiedLen) return true;
  }
  return false;
}

}  // namespace hermetic::openssl
