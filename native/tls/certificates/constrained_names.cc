// See constrained_names.h.
#include "native/tls/certificates/constrained_names.h"

#include <openssl/x509v3.h>

#include <string_view>

namespace hermetic::tls {
namespace {

bool HasDnsName(const X509* certificate) {
  const openssl::GeneralNamesPtr names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    if (sk_GENERAL_NAME_value(names.get(), i)->type == GEN_DNS) return true;
  }
  return false;
}

bool HasWildcard(const ASN1_STRING* text) {
  const auto* const data = reinterpret_cast<const char*>(ASN1_STRING_get0_data(text));
  const auto len = static_cast<size_t>(ASN1_STRING_length(text));
  return std::string_view(data, len).find('*') != std::string_view::npos;
}

bool HasWildcardCommonName(const X509* certificate) {
  const X509_NAME* const subject = X509_get_subject_name(certificate);
  int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  for (; at >= 0; at = X509_NAME_get_index_by_NID(subject, NID_commonName, at)) {
    if (HasWildcard(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)))) return true;
  }
  return false;
}

bool HasConstraints(const STACK_OF(X509) * chain) {
  for (int i = 1; i < sk_X509_num(chain); ++i) {
    if (X509_get_ext_by_NID(sk_X509_value(chain, i), NID_name_constraints, -1) >= 0) return true;
  }
  return false;
}

}  // namespace

bool IsUnconstrainedWildcard(X509_STORE_CTX* store_ctx) {
  X509_VERIFY_PARAM* const param = X509_STORE_CTX_get0_param(store_ctx);
  const bool matches_subject =
      X509_VERIFY_PARAM_get0_host(param, 0) != nullptr &&
      (X509_VERIFY_PARAM_get_hostflags(param) & X509_CHECK_FLAG_NEVER_CHECK_SUBJECT) == 0;
  const STACK_OF(X509)* const chain = X509_STORE_CTX_get0_chain(store_ctx);
  if (!matches_subject || !HasConstraints(chain)) return false;
  const X509* const leaf = sk_X509_value(chain, 0);
  return HasWildcardCommonName(leaf) && !HasDnsName(leaf);
}

}  // namespace hermetic::tls
