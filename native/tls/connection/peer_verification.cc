// See peer_verification.h.
#include "native/tls/connection/peer_verification.h"

#include <openssl/err.h>
#include <openssl/sslerr.h>

#include <algorithm>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "native/base/bytes.h"
#include "native/base/error.h"
#include "native/base/result.h"
#include "native/openssl/error.h"
#include "native/openssl/extensions.h"
#include "native/tls/certificates/certificate.h"
#include "native/tls/certificates/certificate_names.h"
#include "native/tls/certificates/constrained_names.h"
#include "native/tls/certificates/failure_cause.h"
#include "native/tls/certificates/key_rules.h"
#include "native/tls/connection/complaint.h"
#include "native/tls/connection/peer_answer.h"
#include "native/tls/connection/strict_checks.h"
#include "native/trust/store/intermediates.h"

namespace hermetic::tls {

namespace {

// Returns whether neither CERT_NONE nor a callback can override the complaint.
bool IsFinal(const Complaint& complaint) {
  return complaint.by == ComplaintBy::kDistrusted || complaint.by == ComplaintBy::kPins ||
         complaint.by == ComplaintBy::kExcessive;
}

const STACK_OF(X509) * BuiltOrSent(const X509_STORE_CTX* store_ctx) {
  const STACK_OF(X509)* chain = X509_STORE_CTX_get0_chain(store_ctx);
  return sk_X509_num(chain) > 0 ? chain : X509_STORE_CTX_get0_untrusted(store_ctx);
}

// FindExcessive returns the index of the first certificate that OpenSSL must not look at.
std::optional<int> FindExcessive(const STACK_OF(X509) * sent) {
  for (int i = 0; i < sk_X509_num(sent); ++i) {
    if (openssl::MultipliesNames(sk_X509_value(sent, i))) return i;
  }
  return std::nullopt;
}

// Returns Python's texts, which are OpenSSL's with two exceptions.
std::string MessageOf(long code, const std::string& server_hostname) {
  switch (code) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
      return "Hostname mismatch, certificate is not valid for '" + server_hostname + "'.";
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return "IP address mismatch, certificate is not valid for '" + server_hostname + "'.";
    default:
      return X509_verify_cert_error_string(code);
  }
}

std::string Describe(const VerificationReport& report, int depth) {
  const auto index = static_cast<size_t>(depth);
  if (index >= report.chain.size()) return "";
  const Result<openssl::X509Ptr> certificate = CertificateFromDer(report.chain[index]);
  return certificate.ok() ? DescribeCertificate(certificate.value().get()) : "";
}

}  // namespace

bool PeerVerification::Verify(X509_STORE_CTX* store_ctx, const KeyDemands& keys,
                              const VerificationScope& scope) {
  report_ = {};
  goes_on_ = scope.goes_on();
  VerifyByOpenssl(store_ctx);
  const STACK_OF(X509)* chain = BuiltOrSent(store_ctx);
  CheckKeys(chain, keys, scope.verifies);
  const std::vector<Complaint>& complaints = report_.complaints;
  passes_ = complaints.empty() || (!scope.verifies && !IsFinal(complaints.front()));
  if (goes_on_ && passes_) ObserveKeys(chain, keys);
  if (!complaints.empty()) {
    const Complaint& deciding = passes_ && goes_on_ ? complaints.back() : complaints.front();
    X509_STORE_CTX_set_error(store_ctx, deciding.code);
    X509_STORE_CTX_set_error_depth(store_ctx, deciding.depth);
  }
  const bool needs_report = scope.asks || (goes_on_ && !complaints.empty());
  if (passes_ && !needs_report) return true;
  KeepChain(chain);
  KeepCause(store_ctx, chain);
  return passes_;
}

void PeerVerification::VerifyByOpenssl(X509_STORE_CTX* store_ctx) {
  has_failed_ = false;
  const std::optional<int> excessive = FindExcessive(X509_STORE_CTX_get0_untrusted(store_ctx));
  if (excessive) {
    report_.complaints.push_back(
        {X509_V_ERR_INVALID_EXTENSION, *excessive, ComplaintBy::kExcessive});
    return;
  }
  const bool has_passed = trust::VerifyWithIntermediates(store_ctx) == 1;
  const int error = X509_STORE_CTX_get_error(store_ctx);
  const bool is_verified = has_passed && !has_failed_ && error == X509_V_OK;
  // If memory ran out, or OpenSSL failed without calling back, the list of complaints is empty.
  if (is_verified && IsUnconstrainedWildcard(store_ctx))
    report_.complaints.push_back({X509_V_ERR_HOSTNAME_MISMATCH, 0});
  if (is_verified || !report_.complaints.empty()) return;
  const int code = error == X509_V_OK ? X509_V_ERR_UNSPECIFIED : error;
  report_.complaints.push_back({code, X509_STORE_CTX_get_error_depth(store_ctx)});
}

// A distrusted key comes first, even if the chain has other defects, because those may be forgiven.
// Pins come last, because they say nothing about a chain that is refused already; if chains are not
// verified, pins come first.
void PeerVerification::CheckKeys(const STACK_OF(X509) * chain, const KeyDemands& keys,
                                 bool verifies) {
  std::vector<Complaint>& complaints = report_.complaints;
  const bool is_verified = verifies && complaints.empty();
  const std::optional<Complaint> unpinned = keys.FindUnpinned(chain, is_verified);
  if (unpinned) complaints.insert(verifies ? complaints.end() : complaints.begin(), *unpinned);
  const std::optional<Complaint> distrusted = keys.FindDistrusted(chain, verifies);
  if (distrusted) complaints.insert(complaints.begin(), *distrusted);
}

// The keys that this package distrusts count for a peer that is observed, but do not refuse it.
void PeerVerification::ObserveKeys(const STACK_OF(X509) * chain, const KeyDemands& keys) {
  const std::optional<Complaint> distrusted = keys.FindDistrusted(chain, true);
  if (distrusted) report_.complaints.push_back(*distrusted);
}

bool PeerVerification::TakeComplaint(X509_STORE_CTX* store_ctx) noexcept {
  has_failed_ = true;
  try {
    const bool is_strict = IsStrictComplaint(store_ctx);
    report_.complaints.push_back({X509_STORE_CTX_get_error(store_ctx),
                                  X509_STORE_CTX_get_error_depth(store_ctx),
                                  is_strict ? ComplaintBy::kStrict : ComplaintBy::kOpenssl});
    return is_strict || goes_on_;
  } catch (const std::bad_alloc&) {
    return false;
  }
}

void PeerVerification::KeepChain(const STACK_OF(X509) * chain) {
  for (int i = 0; i < sk_X509_num(chain); ++i) {
    Result<Bytes> der = CertificateToDer(sk_X509_value(chain, i));
    if (!der.ok()) return;  // out of memory: the part copied so far is used
    report_.chain.push_back(std::move(*der));
  }
}

void PeerVerification::KeepCause(X509_STORE_CTX* store_ctx, const STACK_OF(X509) * chain) {
  if (report_.complaints.empty()) return;
  const auto& [code, depth, by] = report_.complaints.front();
  if (by != ComplaintBy::kOpenssl) return;
  report_.cause = CauseOf(store_ctx, sk_X509_value(chain, depth), code);
}

void PeerVerification::Suspend(X509_STORE_CTX* store_ctx) {
  suspended_chain_.reset(X509_STORE_CTX_get1_chain(store_ctx));
}

void PeerVerification::Restore(X509_STORE_CTX* store_ctx) {
  X509_STORE_CTX_set0_verified_chain(store_ctx, suspended_chain_.release());
}

bool PeerVerification::Conclude(PeerVerdict verdict) {
  std::vector<Complaint>& complaints = report_.complaints;
  bool passes = passes_;
  if (verdict == PeerVerdict::kAccept) {
    const auto forgiven = std::stable_partition(complaints.begin(), complaints.end(), IsFinal);
    passes = forgiven == complaints.begin();
  } else if (verdict != PeerVerdict::kStands) {
    constexpr Complaint kRefusal = {X509_V_ERR_APPLICATION_VERIFICATION, 0, ComplaintBy::kCallback};
    complaints.insert(passes_ ? complaints.begin() : complaints.end(), kRefusal);
    passes = false;
  }
  if (passes) report_.chain = {};
  return passes;
}

int PeerVerification::code() const {
  const std::vector<Complaint>& complaints = report_.complaints;
  if (complaints.empty()) return X509_V_OK;
  const bool is_refused = IsFinal(complaints.front()) || !goes_on_;
  return is_refused ? complaints.front().code : complaints.back().code;
}

Error PeerVerification::MissingCertificate() {
  report_ = {};
  report_.complaints.push_back({X509_V_ERR_APPLICATION_VERIFICATION, 0, ComplaintBy::kPins});
  return VerificationError(report_, "");
}

Error VerificationError(const VerificationReport& report, const std::string& server_hostname) {
  Error error;
  error.kind = ErrorKind::kCertificate;
  error.number = SSL_ERROR_SSL;
  openssl::NameError(ERR_LIB_SSL, SSL_R_CERTIFICATE_VERIFY_FAILED, &error);
  const bool is_known = !report.complaints.empty();
  error.verify_code = is_known ? report.complaints.front().code : X509_V_ERR_UNSPECIFIED;
  error.verify_message = MessageOf(error.verify_code, server_hostname);
  error.message =
      "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: " + error.verify_message;
  const std::string certificate = is_known ? Describe(report, report.complaints.front().depth) : "";
  if (!certificate.empty()) error.message += " (" + certificate + ")";
  return error;
}

}  // namespace hermetic::tls
