// Verifying the peer's certificate, and what is told of it. OpenSSL stops at the first thing that
// is wrong; here the first decides as well, but what VERIFY_X509_STRICT alone rejects is listed for
// the whole chain, so that whoever has to replace certificates learns of all of them at once.
#pragma once

#include <string>
#include <vector>

#include "native/openssl/bytes.h"
#include "native/openssl/ptr.h"
#include "native/openssl/result.h"

namespace hermetic::tls {

// Something that is wrong with a certificate of the chain.
struct Complaint {
  int code = X509_V_OK;
  int depth = 0;           // 0 is the peer's own certificate
  bool is_strict = false;  // none without VERIFY_X509_STRICT
};

// VerificationReport is what a verification came to. It holds copies alone, and so outlives it.
struct VerificationReport {
  bool is_verified = false;
  std::vector<Complaint> complaints;  // none where it is verified; the first one counts
  // The chain in DER, leaf first, as far as it could be built; what the peer has sent where nothing
  // could.
  std::vector<openssl::Bytes> chain;
  std::string certificate;  // the first complaint's, described for a message
};

class PeerVerification {
 public:
  // Verify does what OpenSSL's X509_verify_cert does and tells whether the chain verified. Where it
  // did not, the error in `store_ctx` is the first complaint's.
  bool Verify(X509_STORE_CTX* store_ctx);

  // TakeComplaint notes the failure that `store_ctx` is at, and tells whether to look on for more.
  // The verification has failed either way.
  bool TakeComplaint(X509_STORE_CTX* store_ctx) noexcept;

  const VerificationReport& report() const { return report_; }

 private:
  void Note(const X509_STORE_CTX* store_ctx, const Complaint& complaint);
  void KeepChain(X509_STORE_CTX* store_ctx);

  bool has_failed_ = false;
  VerificationReport report_;
};

// VerificationError is the error of a verification that failed. `base` has the message to begin
// with, `code` is what OpenSSL says the result was, `server_hostname` the name that was to match.
openssl::Error VerificationError(openssl::Error base, long code, const std::string& certificate,
                                 const std::string& server_hostname);

}  // namespace hermetic::tls
