// Why a chain did not verify, beyond OpenSSL's code: certificates that have the issuer's name and
// do not fit, extensions that are invalid, and the security level that would take the chain.
// Nothing here decides; it is for the text of errors.
#pragma once

#include <string>
#include <vector>

#include "native/openssl/ptr.h"

namespace hermetic::tls {

// IssuerCandidate is a certificate with the name of the issuer that is missing.
struct IssuerCandidate {
  bool is_trusted = false;   // otherwise the peer sent it
  bool is_in_chain = false;  // it is below already, or the certificate itself
  bool has_signed = false;   // its key has signed the certificate
  // Why it is not the issuer: what X509_check_issued returned. X509_V_ERR_SUBJECT_ISSUER_MISMATCH
  // if the names read the same and are not the same.
  int code = X509_V_OK;
  std::vector<std::string> defects;
};

struct FailureCause {
  std::vector<std::string> defects;  // of the certificate that failed
  std::vector<IssuerCandidate> issuers;
  int fitting_level = 0;  // the highest security level that takes the chain
};

// CauseOf explains the failure `code` of `certificate` in a verification that has ended. It fills
// what belongs to the code and leaves the rest empty.
FailureCause CauseOf(X509_STORE_CTX* verification, X509* certificate, int code);

}  // namespace hermetic::tls
