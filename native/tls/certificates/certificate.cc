// See certificate.h. An extension that does not parse counts as absent, as in Python: OpenSSL's
// verification refuses such a certificate itself.
#include "native/tls/certificates/certificate.h"

#include <climits>
#include <string>
#include <utility>
#include <vector>

#include "native/base/bytes.h"
#include "native/base/error.h"
#include "native/base/result.h"
#include "native/openssl/bio_text.h"
#include "native/openssl/error.h"
#include "native/tls/certificates/certificate_names.h"

namespace hermetic::tls {
namespace {

using openssl::AuthorityInfoPtr;
using openssl::BioPtr;
using openssl::CaptureError;
using openssl::CrlDistPointsPtr;
using openssl::GeneralNamesPtr;

Result<std::string> SerialText(const X509* certificate) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  if (!bio || i2a_ASN1_INTEGER(bio.get(), X509_get0_serialNumber(certificate)) < 0) {
    return CaptureError("the serial number could not be decoded");
  }
  return std::string(openssl::WrittenText(bio.get()));
}

Result<std::string> TimeText(const ASN1_TIME* time) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  if (!bio || ASN1_TIME_print(bio.get(), time) != 1) {
    return CaptureError("a time in the certificate could not be decoded");
  }
  return std::string(openssl::WrittenText(bio.get()));
}

Status DecodeAlternativeNames(const X509* certificate, std::vector<AlternativeName>* out) {
  const GeneralNamesPtr names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    Result<AlternativeName> name = DecodeGeneralName(sk_GENERAL_NAME_value(names.get(), i));
    if (!name.ok()) return name.error();
    out->push_back(std::move(*name));
  }
  return Ok();
}

void DecodeAuthorityInfo(const X509* certificate, int method, std::vector<std::string>* out) {
  const AuthorityInfoPtr info(static_cast<AUTHORITY_INFO_ACCESS*>(
      X509_get_ext_d2i(certificate, NID_info_access, nullptr, nullptr)));
  for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(info.get()); ++i) {
    const ACCESS_DESCRIPTION* access = sk_ACCESS_DESCRIPTION_value(info.get(), i);
    if (OBJ_obj2nid(access->method) != method || access->location->type != GEN_URI) continue;
    out->push_back(TextOf(access->location->d.uniformResourceIdentifier));
  }
}

void DecodeDistributionPoints(const X509* certificate, std::vector<std::string>* out) {
  const CrlDistPointsPtr points(static_cast<CRL_DIST_POINTS*>(
      X509_get_ext_d2i(certificate, NID_crl_distribution_points, nullptr, nullptr)));
  for (int i = 0; i < sk_DIST_POINT_num(points.get()); ++i) {
    const DIST_POINT* point = sk_DIST_POINT_value(points.get(), i);
    // A point may have no name, or a relative one (type 1): neither is a place to fetch from.
    if (point->distpoint == nullptr || point->distpoint->type != 0) continue;
    const GENERAL_NAMES* names = point->distpoint->name.fullname;
    for (int j = 0; j < sk_GENERAL_NAME_num(names); ++j) {
      const GENERAL_NAME* name = sk_GENERAL_NAME_value(names, j);
      if (name->type == GEN_URI) out->push_back(TextOf(name->d.uniformResourceIdentifier));
    }
  }
}

template <typename T>
Status Keep(Result<T> result, T* out) {
  if (!result.ok()) return result.error();
  *out = std::move(*result);
  return Ok();
}

}  // namespace

Result<CertificateFields> DecodeCertificate(const X509* certificate) {
  const openssl::ErrorScope scope;
  CertificateFields fields;
  fields.version = X509_get_version(certificate) + 1;
  const Status steps[] = {
      Keep(DecodeName(X509_get_subject_name(certificate)), &fields.subject),
      Keep(DecodeName(X509_get_issuer_name(certificate)), &fields.issuer),
      Keep(SerialText(certificate), &fields.serial_number),
      Keep(TimeText(X509_get0_notBefore(certificate)), &fields.not_before),
      Keep(TimeText(X509_get0_notAfter(certificate)), &fields.not_after),
      DecodeAlternativeNames(certificate, &fields.subject_alt_names),
  };
  for (const Status& step : steps) {
    if (!step.ok()) return step.error();
  }
  DecodeAuthorityInfo(certificate, NID_ad_OCSP, &fields.ocsp);
  DecodeAuthorityInfo(certificate, NID_ad_ca_issuers, &fields.ca_issuers);
  DecodeDistributionPoints(certificate, &fields.crl_distribution_points);
  return fields;
}

Result<Bytes> CertificateToDer(const X509* certificate) {
  unsigned char* der = nullptr;
  const int len = i2d_X509(certificate, &der);
  if (len < 0) return CaptureError("the certificate could not be encoded");
  const openssl::OpensslMemoryPtr<unsigned char> owner(der);
  return Bytes(der, der + len);
}

Result<openssl::X509Ptr> CertificateFromDer(ByteView der) {
  const unsigned char* next = der.data();
  const bool fits = der.size() <= LONG_MAX;
  openssl::X509Ptr certificate(fits ? d2i_X509(nullptr, &next, static_cast<long>(der.size()))
                                    : nullptr);
  if (!certificate || next != der.data() + der.size()) {
    openssl::ClearErrors();
    return ValueError("the bytes are not a certificate in DER");
  }
  return certificate;
}

}  // namespace hermetic::tls
