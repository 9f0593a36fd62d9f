// The status of one certificate in an OCSP response (RFC 6960), as a server staples it.
#pragma once

#include <optional>

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/openssl/ptr.h"

namespace hermetic::tls {

// Times are seconds since 1970.
struct OcspStatus {
  int response = 0;           // OCSP_RESPONSE_STATUS_*: 0 if the responder answered
  std::optional<int> status;  // V_OCSP_CERTSTATUS_*, if the response is about the certificate
  std::optional<int> reason;  // OCSP_REVOKED_STATUS_*, if the responder names one
  std::optional<double> produced_at;
  std::optional<double> this_update;
  std::optional<double> next_update;
  std::optional<double> revoked_at;
  bool is_current = false;  // now is between the updates, with five minutes for clocks that differ
  bool is_signed = false;   // by the issuer, or by a responder that the issuer certified for OCSP
};

// ReadOcspStatus reads a response in DER. Bytes that are not a response are a value error.
Result<OcspStatus> ReadOcspStatus(ByteView response, X509* certificate, X509* issuer);

}  // namespace hermetic::tls
