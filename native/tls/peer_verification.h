// Verifying the peer's certificate, and what is told of it. OpenSSL stops at the first thing that
// is wrong; here the first decides as well, but what VERIFY_X509_STRICT alone rejects is listed for
// the whole chain, so that whoever has to replace certificates learns of all of them at once.
#pragma once

#include <string>
#include <vector>

#include "native/openssl/bytes.h"
#include "native/openssl/ptr.h"
#include "native/openssl/result.h"
#include "native/tls/complaint.h"
#include "native/tls/key_rules.h"

namespace hermetic::tls {

// VerificationReport is what a verification came to. It holds copies alone, and so outlives it.
struct VerificationReport {
  std::vector<Complaint> complaints;  // none where all is well; the first one counts
  // The chain in DER, leaf first, as far as it could be built; what the peer has sent where nothing
  // could. Kept where the certificate was refused.
  std::vector<openssl::Bytes> chain;
  std::string certificate;  // the first complaint's, described for a message
};

class PeerVerification {
 public:
  // Verify does what OpenSSL's X509_verify_cert does, holds the chain against `keys`, and tells
  // whether the peer may pass. Where it may not, the error in `store_ctx` is the first complaint's.
  // With `verifies` false (CERT_NONE) nothing counts but the keys.
  bool Verify(X509_STORE_CTX* store_ctx, const KeyDemands& keys, bool verifies);

  // TakeComplaint notes the failure that `store_ctx` is at, and tells whether to look on for more.
  // The verification has failed either way.
  bool TakeComplaint(X509_STORE_CTX* store_ctx) noexcept;

  // MissingCertificate is the error of a handshake without a certificate where there are pins, and
  // makes it the report.
  openssl::Error MissingCertificate();

  const VerificationReport& report() const { return report_; }

 private:
  void VerifyByOpenssl(X509_STORE_CTX* store_ctx);
  void CheckKeys(const STACK_OF(X509) * chain, const KeyDemands& keys, bool verifies);
  void Describe(const STACK_OF(X509) * chain);

  bool has_failed_ = false;
  VerificationReport report_;
};

// VerificationError is the error of a verification that failed. `code` is what OpenSSL says the
// result was, `server_hostname` the name that was to match.
openssl::Error VerificationError(long code, const std::string& certificate,
                                 const std::string& server_hostname);

}  // namespace hermetic::tls
