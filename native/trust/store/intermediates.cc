// See intermediates.h.
#include "native/trust/store/intermediates.h"

#include <exception>
#include <optional>

#include "native/openssl/error.h"
#include "native/trust/store/distrust_after.h"
#include "native/trust/store/lazy_store.h"
#include "native/trust/store/root_set.h"
#include "native/trust/system_roots.h"

namespace hermetic::trust {
namespace {

using openssl::X509StackPtr;

// A self-signed certificate cannot help.
bool Helps(const RootView& view, size_t index) {
  const TrustEntry& entry = view.set->entries()[index];
  return entry.role == EntryRole::kIntermediate && IsTrustedFor(entry, view.purpose);
}

bool Add(X509* certificate, STACK_OF(X509) * out) {
  return X509_add_cert(out, certificate,
                       X509_ADD_FLAG_UP_REF | X509_ADD_FLAG_NO_DUP | X509_ADD_FLAG_NO_SS) == 1;
}

bool AddIssuersOf(const X509* certificate, const RootView& view, STACK_OF(X509) * out) {
  for (const size_t index : view.set->WithSubject(X509_get_issuer_name(certificate))) {
    if (!Helps(view, index)) continue;
    X509* issuer = view.set->Certificate(index);
    if (issuer != nullptr && !Add(issuer, out)) return false;
  }
  return true;
}

// Returns the certificates sent by the peer, and the issuers of each that the view has,
// recursively.
X509StackPtr Untrusted(X509_STORE_CTX* verification, const RootView& view) {
  X509StackPtr all(sk_X509_new_null());
  if (!all) return nullptr;
  const STACK_OF(X509)* sent = X509_STORE_CTX_get0_untrusted(verification);
  for (int i = 0; i < sk_X509_num(sent); ++i) {
    if (X509_add_cert(all.get(), sk_X509_value(sent, i), X509_ADD_FLAG_UP_REF) != 1) return nullptr;
  }
  if (!AddIssuersOf(X509_STORE_CTX_get0_cert(verification), view, all.get())) return nullptr;
  for (int i = 0; i < sk_X509_num(all.get()); ++i) {
    if (!AddIssuersOf(sk_X509_value(all.get(), i), view, all.get())) return nullptr;
  }
  return all;
}

X509StackPtr UntrustedOrNull(X509_STORE_CTX* verification, const RootView& view) noexcept {
  const openssl::ErrorMark mark;
  try {
    return Untrusted(verification, view);
  } catch (const std::exception&) {  // no memory
    return nullptr;
  }
}

int VerifyWith(X509_STORE_CTX* verification, STACK_OF(X509) * untrusted) {
  STACK_OF(X509)* sent = X509_STORE_CTX_get0_untrusted(verification);
  X509_STORE_CTX_set0_untrusted(verification, untrusted);
  const int is_verified = X509_verify_cert(verification);
  X509_STORE_CTX_set0_untrusted(verification, sent);
  return is_verified;
}

int RefuseEndedTrust(X509_STORE_CTX* verification, const RootView& view) noexcept {
  const openssl::ErrorMark mark;
  try {
    const STACK_OF(X509)* chain = X509_STORE_CTX_get0_chain(verification);
    const std::optional<int> depth = FindEndedTrust(chain, view);
    if (!depth) return 1;
    X509_STORE_CTX_set_error(verification, X509_V_ERR_CERT_REJECTED);
    X509_STORE_CTX_set_error_depth(verification, *depth);
  } catch (const std::exception&) {
    X509_STORE_CTX_set_error(verification, X509_V_ERR_OUT_OF_MEM);
  }
  return 0;
}

}  // namespace

int VerifyWithIntermediates(X509_STORE_CTX* verification) noexcept {
  const RootView* view = ViewOf(X509_STORE_CTX_get0_store(verification));
  if (view == nullptr) return X509_verify_cert(verification);
  const X509StackPtr all =
      view->set->has_intermediates() ? UntrustedOrNull(verification, *view) : nullptr;
  const int is_verified =
      all ? VerifyWith(verification, all.get()) : X509_verify_cert(verification);
  return is_verified == 1 ? RefuseEndedTrust(verification, *view) : is_verified;
}

}  // namespace hermetic::trust
