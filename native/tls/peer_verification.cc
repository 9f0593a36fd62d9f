// See peer_verification.h.
#include "native/tls/peer_verification.h"

#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "native/tls/certificate.h"
#include "native/tls/certificate_names.h"
#include "native/tls/complaint.h"
#include "native/tls/key_rules.h"
#include "native/tls/strict_checks.h"
#include "native/trust/intermediates.h"

namespace hermetic::tls {

using openssl::Bytes;
using openssl::Error;
using openssl::Result;

namespace {

bool IsAboutKeys(const Complaint& complaint) {
  return complaint.by == ComplaintBy::kDistrusted || complaint.by == ComplaintBy::kPins;
}

const STACK_OF(X509) * BuiltOrSent(const X509_STORE_CTX* store_ctx) {
  const STACK_OF(X509)* chain = X509_STORE_CTX_get0_chain(store_ctx);
  return sk_X509_num(chain) > 0 ? chain : X509_STORE_CTX_get0_untrusted(store_ctx);
}

}  // namespace

bool PeerVerification::Verify(X509_STORE_CTX* store_ctx, const KeyDemands& keys, bool verifies) {
  report_ = {};
  VerifyByOpenssl(store_ctx);
  const STACK_OF(X509)* chain = BuiltOrSent(store_ctx);
  CheckKeys(chain, keys, verifies);
  if (report_.complaints.empty()) return true;
  const Complaint& first = report_.complaints.front();
  X509_STORE_CTX_set_error(store_ctx, first.code);
  X509_STORE_CTX_set_error_depth(store_ctx, first.depth);
  if (!verifies && !IsAboutKeys(first)) return true;
  Describe(chain);
  return false;
}

void PeerVerification::VerifyByOpenssl(X509_STORE_CTX* store_ctx) {
  has_failed_ = false;
  const bool has_passed = trust::VerifyWithIntermediates(store_ctx) == 1;
  const int error = X509_STORE_CTX_get_error(store_ctx);
  const bool is_verified = has_passed && !has_failed_ && error == X509_V_OK;
  // Where memory ran out, or OpenSSL failed without asking, there is no complaint yet.
  if (is_verified || !report_.complaints.empty()) return;
  const int code = error == X509_V_OK ? X509_V_ERR_UNSPECIFIED : error;
  report_.complaints.push_back({code, X509_STORE_CTX_get_error_depth(store_ctx)});
}

// A distrusted key comes first, also where more is wrong: what else is wrong may be forgiven. No
// pin says anything about a chain that is refused already, so that comes last, but first where
// chains are not verified.
void PeerVerification::CheckKeys(const STACK_OF(X509) * chain, const KeyDemands& keys,
                                 bool verifies) {
  std::vector<Complaint>& complaints = report_.complaints;
  const bool is_verified = verifies && complaints.empty();
  const std::optional<Complaint> unpinned = keys.FindUnpinned(chain, is_verified);
  if (unpinned) complaints.insert(verifies ? complaints.end() : complaints.begin(), *unpinned);
  const std::optional<Complaint> distrusted = keys.FindDistrusted(chain, verifies);
  if (distrusted) complaints.insert(complaints.begin(), *distrusted);
}

bool PeerVerification::TakeComplaint(X509_STORE_CTX* store_ctx) noexcept {
  has_failed_ = true;
  try {
    const bool is_strict = IsStrictComplaint(store_ctx);
    report_.complaints.push_back({X509_STORE_CTX_get_error(store_ctx),
                                  X509_STORE_CTX_get_error_depth(store_ctx),
                                  is_strict ? ComplaintBy::kStrict : ComplaintBy::kOpenssl});
    return is_strict;
  } catch (const std::bad_alloc&) {
    return false;
  }
}

void PeerVerification::Describe(const STACK_OF(X509) * chain) {
  for (int i = 0; i < sk_X509_num(chain); ++i) {
    Result<Bytes> der = CertificateToDer(sk_X509_value(chain, i));
    if (!der.ok()) return;  // out of memory: what there is must do
    report_.chain.push_back(std::move(*der));
  }
  const X509* failed = sk_X509_value(chain, report_.complaints.front().depth);
  if (failed != nullptr) report_.certificate = DescribeCertificate(failed);
}

Error PeerVerification::MissingCertificate() {
  report_ = {};
  report_.complaints.push_back({X509_V_ERR_APPLICATION_VERIFICATION, 0, ComplaintBy::kPins});
  return VerificationError(X509_V_ERR_APPLICATION_VERIFICATION, "", "");
}

Error VerificationError(long code, const std::string& certificate,
                        const std::string& server_hostname) {
  Error base;
  base.kind = openssl::ErrorKind::kCertificate;
  base.number = SSL_ERROR_SSL;
  base.library = "SSL";
  base.reason = "CERTIFICATE_VERIFY_FAILED";
  base.message = "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed";
  base.verify_code = code;
  switch (code) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
      base.verify_message =
          "Hostname mismatch, certificate is not valid for '" + server_hostname + "'.";
      break;
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      base.verify_message =
          "IP address mismatch, certificate is not valid for '" + server_hostname + "'.";
      break;
    default:
      base.verify_message = X509_verify_cert_error_string(code);
  }
  base.message += ": " + base.verify_message;
  if (!certificate.empty()) base.message += " (" + certificate + ")";
  return base;
}

}  // namespace hermetic::tls
