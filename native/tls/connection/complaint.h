// Complaint is a defect of a certificate in a peer's chain.
#pragma once

#include "native/openssl/ptr.h"

namespace hermetic::tls {

enum class ComplaintBy : uint8_t {
  kOpenssl,
  kStrict,      // OpenSSL, only because of VERIFY_X509_STRICT
  kExcessive,   // OpenSSL must not look at the certificate (native/openssl/extensions.h)
  kDistrusted,  // the key is on a list
  kPins,        // no key of the chain is pinned
  kCallback,    // the application refuses
};

struct Complaint {
  int code = X509_V_OK;  // X509_V_ERR_*
  int depth = 0;         // 0 is the peer's own certificate
  ComplaintBy by = ComplaintBy::kOpenssl;
};

}  // namespace hermetic::tls
