// See strict_checks.h. The rules are those of check_extensions and check_purpose in OpenSSL's
// crypto/x509/x509_vfy.c.
#include "native/tls/connection/strict_checks.h"

#include <algorithm>
#include <iterator>

namespace hermetic::tls {
namespace {

// Errors that OpenSSL raises only under the flag.
constexpr int kStrictOnly[] = {
    X509_V_ERR_SIGNATURE_ALGORITHM_INCONSISTENCY,
    X509_V_ERR_PATHLEN_INVALID_FOR_NON_CA,
    X509_V_ERR_PATHLEN_WITHOUT_KU_KEY_CERT_SIGN,
    X509_V_ERR_KU_KEY_CERT_SIGN_INVALID_FOR_NON_CA,
    X509_V_ERR_ISSUER_NAME_EMPTY,
    X509_V_ERR_SUBJECT_NAME_EMPTY,
    X509_V_ERR_MISSING_AUTHORITY_KEY_IDENTIFIER,
    X509_V_ERR_MISSING_SUBJECT_KEY_IDENTIFIER,
    X509_V_ERR_EMPTY_SUBJECT_ALT_NAME,
    X509_V_ERR_EMPTY_SUBJECT_SAN_NOT_CRITICAL,
    X509_V_ERR_CA_BCONS_NOT_CRITICAL,
    X509_V_ERR_AUTHORITY_KEY_IDENTIFIER_CRITICAL,
    X509_V_ERR_SUBJECT_KEY_IDENTIFIER_CRITICAL,
    X509_V_ERR_CA_CERT_MISSING_KEY_USAGE,
    X509_V_ERR_EXTENSIONS_REQUIRE_VERSION_3,
#ifdef X509_V_ERR_EMPTY_AUTHORITY_KEY_IDENTIFIER  // OpenSSL 4.0
    X509_V_ERR_EMPTY_AUTHORITY_KEY_IDENTIFIER,
    X509_V_ERR_AKID_ISSUER_SERIAL_NOT_PAIRED,
#endif
};

// A leaf may be an old kind of authority, and so may the last certificate of the chain, unless the
// flag is set. A certificate that is not an authority never passes as an issuer.
bool IsOldAuthority(X509_STORE_CTX* store_ctx, X509* certificate, int depth) {
  if (depth == 0) return true;
  const int num_certificates = sk_X509_num(X509_STORE_CTX_get0_chain(store_ctx));
  return depth + 1 == num_certificates && X509_check_ca(certificate) != 0;
}

// X509_check_purpose returns 0 for a certificate that is not for the purpose, 1 for one that is,
// and another value for an old kind of authority or one that cannot be judged. The flag decides
// about those.
bool HasDoubtfulPurpose(X509_STORE_CTX* store_ctx, X509* certificate, int depth) {
  const X509_VERIFY_PARAM* param = X509_STORE_CTX_get0_param(store_ctx);
  const int purpose = X509_VERIFY_PARAM_get_purpose(param);
  const int outcome = X509_check_purpose(certificate, purpose, depth > 0 ? 1 : 0);
  return outcome != 0 && outcome != 1;
}

}  // namespace

bool IsStrictComplaint(X509_STORE_CTX* store_ctx) {
  const unsigned long flags = X509_VERIFY_PARAM_get_flags(X509_STORE_CTX_get0_param(store_ctx));
  X509* certificate = X509_STORE_CTX_get_current_cert(store_ctx);
  if ((flags & X509_V_FLAG_X509_STRICT) == 0 || certificate == nullptr) return false;
  const int code = X509_STORE_CTX_get_error(store_ctx);
  const int depth = X509_STORE_CTX_get_error_depth(store_ctx);
  if (code == X509_V_ERR_INVALID_CA) return IsOldAuthority(store_ctx, certificate, depth);
  if (code == X509_V_ERR_INVALID_PURPOSE) return HasDoubtfulPurpose(store_ctx, certificate, depth);
  return std::find(std::begin(kStrictOnly), std::end(kStrictOnly), code) != std::end(kStrictOnly);
}

}  // namespace hermetic::tls
