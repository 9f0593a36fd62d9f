// Verifying the peer's certificate, and what is told of it. OpenSSL stops at the first thing that
// is wrong; here the first decides as well, but what VERIFY_X509_STRICT alone rejects is listed for
// the whole chain, so that whoever has to replace certificates learns of all of them at once.
#pragma once

#include <string>
#include <vector>

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/openssl/ptr.h"
#include "native/tls/certificates/failure_cause.h"
#include "native/tls/certificates/key_rules.h"
#include "native/tls/connection/complaint.h"
#include "native/tls/connection/peer_answer.h"

namespace hermetic::tls {

// VerificationReport is what a verification came to. It holds copies alone, and so outlives it.
struct VerificationReport {
  std::vector<Complaint> complaints;  // none where all is well; the first one counts
  // The chain in DER, leaf first, as far as it could be built; what the peer has sent where nothing
  // could. Kept where the certificate was refused, or the application is asked.
  std::vector<Bytes> chain;
  FailureCause cause;  // of the first complaint; kept with the chain
};

class PeerVerification {
 public:
  // Verify does what OpenSSL's X509_verify_cert does, holds the chain against `keys`, and tells
  // whether the peer may pass. Where it may not, the error in `store_ctx` is the first complaint's.
  // With `verifies` false (CERT_NONE) nothing counts but the keys. `asks`: the application will be
  // asked, so that the report is wanted in any case.
  bool Verify(X509_STORE_CTX* store_ctx, const KeyDemands& keys, bool verifies, bool asks);

  // TakeComplaint notes the failure that `store_ctx` is at, and tells whether to look on for more.
  // The verification has failed either way.
  bool TakeComplaint(X509_STORE_CTX* store_ctx) noexcept;

  // Suspend keeps what OpenSSL forgets when the handshake stops, and Restore puts it into the store
  // context of the next try: what was judged is what counts.
  void Suspend(X509_STORE_CTX* store_ctx);
  void Restore(X509_STORE_CTX* store_ctx);

  // Conclude tells whether the peer may pass by the application's answer. What is wrong with keys
  // no answer makes good.
  bool Conclude(PeerVerdict verdict);

  // MissingCertificate is the error of a handshake without a certificate where there are pins, and
  // makes it the report.
  Error MissingCertificate();

  const VerificationReport& report() const { return report_; }
  // The first complaint's code, or X509_V_OK.
  int code() const;

 private:
  void VerifyByOpenssl(X509_STORE_CTX* store_ctx);
  void CheckKeys(const STACK_OF(X509) * chain, const KeyDemands& keys, bool verifies);
  void KeepChain(const STACK_OF(X509) * chain);
  void KeepCause(X509_STORE_CTX* store_ctx, const STACK_OF(X509) * chain);

  bool has_failed_ = false;
  bool passes_ = false;
  openssl::X509StackPtr suspended_chain_;
  VerificationReport report_;
};

// VerificationError is the error of a verification that failed. `server_hostname` is the name that
// was to match.
Error VerificationError(const VerificationReport& report, const std::string& server_hostname);

}  // namespace hermetic::tls
