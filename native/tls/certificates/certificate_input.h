// Certificates from PEM, DER and PKCS#7.
#pragma once

#include <vector>

#include "native/base/result.h"
#include "native/openssl/ptr.h"
#include "native/tls/certificates/key_input.h"

namespace hermetic::tls {

struct CertificateList {
  std::vector<openssl::X509Ptr> certificates;
  // False where the format gives no order, as PKCS#7.
  bool is_ordered = true;
};

// ReadCertificates takes what all the inputs hold, in their order; each must hold at least one
// certificate. PEM may hold any number, DER one, PKCS#7 (in either) any number.
Result<CertificateList> ReadCertificates(const std::vector<NamedBytes>& inputs);

}  // namespace hermetic::tls
