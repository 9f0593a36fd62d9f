// Decoded certificates, with the fields of Python's SSLSocket.getpeercert().
#pragma once

#include <string>
#include <vector>

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/openssl/ptr.h"
#include "native/tls/certificates/certificate_names.h"

namespace hermetic::tls {

struct CertificateFields {
  DistinguishedName subject;
  DistinguishedName issuer;
  long version = 0;           // 3 for X.509 v3
  std::string serial_number;  // hexadecimal, upper case, an even number of digits
  std::string not_before;     // "Aug 29 14:23:16 2018 GMT"
  std::string not_after;
  std::vector<AlternativeName> subject_alt_names;
  std::vector<std::string> ocsp;
  std::vector<std::string> ca_issuers;
  std::vector<std::string> crl_distribution_points;
};

Result<CertificateFields> DecodeCertificate(const X509* certificate);
Result<Bytes> CertificateToDer(const X509* certificate);
// CertificateFromDer returns the certificate that all the bytes encode, or a value error if they do
// not encode one.
Result<openssl::X509Ptr> CertificateFromDer(ByteView der);

}  // namespace hermetic::tls
