// See certificate_input.h.
#include "native/tls/certificates/certificate_input.h"

#include <openssl/err.h>
#include <openssl/sslerr.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "native/base/error.h"
#include "native/base/result.h"
#include "native/input/certificates.h"
#include "native/input/content.h"
#include "native/openssl/error.h"
#include "native/tls/certificates/key_input.h"

namespace hermetic::tls {
namespace {

using input::CertificateReading;

// The leaf's error begins as in Python, where SSL_CTX_use_certificate_chain_file leaves this entry
// behind; the others' errors are OpenSSL's.
Error ErrorOf(const NamedBytes& input, input::ReadingFailure failure, bool is_leaf) {
  if (failure.error.kind == ErrorKind::kOverflow) return std::move(failure.error);
  const std::string remark = input.name + " " + failure.remark;
  if (IsDer(input.bytes)) return openssl::RaisedError(ERR_LIB_SSL, ERR_R_ASN1_LIB, remark);
  if (is_leaf || failure.error.library.empty())
    return openssl::RaisedError(ERR_LIB_SSL, ERR_R_PEM_LIB, remark);
  failure.error.message += ": " + remark;
  return std::move(failure.error);
}

Status Append(const NamedBytes& input, CertificateList* out) {
  CertificateReading reading = input::ReadCertificates(input.bytes, input::Wanted::kCertificate);
  if (reading.failure)
    return ErrorOf(input, std::move(*reading.failure), reading.certificates.empty());
  if (reading.num_pieces > 1) {
    return openssl::RaisedError(
        ERR_LIB_SSL, ERR_R_ASN1_LIB,
        input.name + " goes on after its certificate: DER holds one; give several as an array");
  }
  out->is_ordered = out->is_ordered && reading.is_ordered;
  std::move(reading.certificates.begin(), reading.certificates.end(),
            std::back_inserter(out->certificates));
  return Ok();
}

}  // namespace

Result<CertificateList> ReadCertificates(const std::vector<NamedBytes>& inputs) {
  CertificateList list;
  for (const NamedBytes& input : inputs) {
    Status appended = Append(input, &list);
    if (!appended.ok()) return appended.error();
  }
  return list;
}

}  // namespace hermetic::tls
