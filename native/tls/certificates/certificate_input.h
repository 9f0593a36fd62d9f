// Certificates from PEM, DER and PKCS#7.
#pragma once

#include <vector>

#include "native/base/result.h"
#include "native/openssl/ptr.h"
#include "native/tls/certificates/key_input.h"

namespace hermetic::tls {

struct CertificateList {
  std::vector<openssl::X509Ptr> certificates;
  // False if the format has no order, as in PKCS#7.
  bool is_ordered = true;
};

// ReadCertificates returns the certificates of all inputs in order; each input must hold at least
// one. PEM may hold any number, DER one, PKCS#7 (in either encoding) any number.
Result<CertificateList> ReadCertificates(const std::vector<NamedBytes>& inputs);

}  // namespace hermetic::tls
