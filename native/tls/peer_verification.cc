// See peer_verification.h.
#include "native/tls/peer_verification.h"

#include <new>
#include <string>
#include <utility>

#include "native/tls/certificate.h"
#include "native/tls/certificate_names.h"
#include "native/tls/strict_checks.h"

namespace hermetic::tls {

using openssl::Bytes;
using openssl::Error;
using openssl::Result;

bool PeerVerification::Verify(X509_STORE_CTX* store_ctx) {
  has_failed_ = false;
  report_ = {};
  const bool has_passed = X509_verify_cert(store_ctx) == 1;
  const int error = X509_STORE_CTX_get_error(store_ctx);
  report_.is_verified = has_passed && !has_failed_ && error == X509_V_OK;
  if (report_.is_verified) return true;
  // Where memory ran out, or OpenSSL failed without asking, there is no complaint yet.
  if (report_.complaints.empty()) {
    const int code = error == X509_V_OK ? X509_V_ERR_UNSPECIFIED : error;
    Note(store_ctx, {code, X509_STORE_CTX_get_error_depth(store_ctx), false});
  }
  const Complaint& first = report_.complaints.front();
  X509_STORE_CTX_set_error(store_ctx, first.code);
  X509_STORE_CTX_set_error_depth(store_ctx, first.depth);
  KeepChain(store_ctx);
  return false;
}

bool PeerVerification::TakeComplaint(X509_STORE_CTX* store_ctx) noexcept {
  has_failed_ = true;
  try {
    const bool is_strict = IsStrictComplaint(store_ctx);
    Note(store_ctx, {X509_STORE_CTX_get_error(store_ctx), X509_STORE_CTX_get_error_depth(store_ctx),
                     is_strict});
    return is_strict;
  } catch (const std::bad_alloc&) {
    return false;
  }
}

void PeerVerification::Note(const X509_STORE_CTX* store_ctx, const Complaint& complaint) {
  const X509* certificate = X509_STORE_CTX_get_current_cert(store_ctx);
  if (report_.complaints.empty() && certificate != nullptr) {
    report_.certificate = DescribeCertificate(certificate);
  }
  report_.complaints.push_back(complaint);
}

void PeerVerification::KeepChain(X509_STORE_CTX* store_ctx) {
  const STACK_OF(X509)* chain = X509_STORE_CTX_get0_chain(store_ctx);
  if (sk_X509_num(chain) <= 0) chain = X509_STORE_CTX_get0_untrusted(store_ctx);
  for (int i = 0; i < sk_X509_num(chain); ++i) {
    Result<Bytes> der = CertificateToDer(sk_X509_value(chain, i));
    if (!der.ok()) return;  // out of memory: what there is must do
    report_.chain.push_back(std::move(*der));
  }
}

Error VerificationError(Error base, long code, const std::string& certificate,
                        const std::string& server_hostname) {
  base.kind = openssl::ErrorKind::kCertificate;
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
