// Verifying the peer's certificate and reporting the result. OpenSSL stops at the first defect.
// Here the first one decides as well, but the defects that only VERIFY_X509_STRICT rejects are
// listed for the whole chain, so that all certificates to be replaced are known at once.
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

// VerificationReport is the result of a verification. It holds only copies, and so outlives it.
struct VerificationReport {
  // Empty if all is well. The first one decides, or the last one if the peer is only observed.
  std::vector<Complaint> complaints;
  // The chain in DER, leaf first, as far as it could be built, or as the peer sent it if it could
  // not be built at all. Kept if there are complaints that count, or the application is asked.
  std::vector<Bytes> chain;
  FailureCause cause;  // of the first complaint; kept with the chain
};

// VerificationScope says what a verification is for.
struct VerificationScope {
  bool verifies = false;  // otherwise (CERT_NONE) only the keys count
  bool asks = false;      // the application will be asked, so that the report is needed in any case
  bool observes =
      false;  // the application judges the peer by the last complaint (PeerGate::Observe)
  // Observing, the search goes on after every complaint, unless the context verifies as well.
  bool goes_on() const { return observes && !verifies; }
};

class PeerVerification {
 public:
  // Verify does the work of OpenSSL's X509_verify_cert, checks the chain against `keys`, and
  // returns whether the peer may pass. The error in `store_ctx` is the deciding complaint's.
  bool Verify(X509_STORE_CTX* store_ctx, const KeyDemands& keys, const VerificationScope& scope);

  // TakeComplaint records the present failure of `store_ctx`, and returns whether to continue the
  // search for failures. The verification has failed in either case.
  bool TakeComplaint(X509_STORE_CTX* store_ctx) noexcept;

  // Suspend keeps the state that OpenSSL discards when the handshake stops. Restore puts it into
  // the store context of the next try, so that the result is for the chain that was verified.
  void Suspend(X509_STORE_CTX* store_ctx);
  void Restore(X509_STORE_CTX* store_ctx);

  // Conclude returns whether the peer may pass after the application's answer. No answer overrides
  // a complaint about keys.
  bool Conclude(PeerVerdict verdict);

  // MissingCertificate returns the error of a handshake that has pins but no peer certificate, and
  // makes it the report.
  Error MissingCertificate();

  const VerificationReport& report() const { return report_; }
  // The deciding complaint's code, or X509_V_OK: the first one decides, or the last one if the peer
  // is only observed.
  int code() const;

 private:
  void VerifyByOpenssl(X509_STORE_CTX* store_ctx);
  void CheckKeys(const STACK_OF(X509) * chain, const KeyDemands& keys, bool verifies);
  void ObserveKeys(const STACK_OF(X509) * chain, const KeyDemands& keys);
  void KeepChain(const STACK_OF(X509) * chain);
  void KeepCause(X509_STORE_CTX* store_ctx, const STACK_OF(X509) * chain);

  bool goes_on_ = false;
  bool has_failed_ = false;
  bool passes_ = false;
  openssl::X509StackPtr suspended_chain_;
  VerificationReport report_;
};

// VerificationError returns the error of a failed verification. `server_hostname` is the name that
// was to match.
Error VerificationError(const VerificationReport& report, const std::string& server_hostname);

}  // namespace hermetic::tls
