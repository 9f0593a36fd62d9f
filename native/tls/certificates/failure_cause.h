// The cause of a failed verification, beyond OpenSSL's code: certificates that have the issuer's
// name and do not fit, invalid extensions, and the security level that would accept the chain. It
// is for the text of errors and decides nothing.
#pragma once

#include <string>
#include <vector>

#include "native/openssl/ptr.h"

namespace hermetic::tls {

// IssuerCandidate is a certificate with the name of the missing issuer.
struct IssuerCandidate {
  bool is_trusted = false;   // otherwise the peer sent it
  bool is_in_chain = false;  // it is already below in the chain, or is the certificate itself
  bool has_signed = false;   // its key has signed the certificate
  // The reason why it is not the issuer: the result of X509_check_issued, or
  // X509_V_ERR_SUBJECT_ISSUER_MISMATCH if the names read the same but differ.
  int code = X509_V_OK;
  std::vector<std::string> defects;
};

struct FailureCause {
  std::vector<std::string> defects;  // of the certificate that failed
  std::vector<IssuerCandidate> issuers;
  int fitting_level = 0;  // the highest security level that accepts the chain
};

// CauseOf explains the failure `code` of `certificate` in a verification that has ended. It fills
// the members that belong to the code and leaves the others empty.
FailureCause CauseOf(X509_STORE_CTX* verification, X509* certificate, int code);

}  // namespace hermetic::tls
