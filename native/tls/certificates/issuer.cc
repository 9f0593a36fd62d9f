// See issuer.h.
#include "native/tls/certificates/issuer.h"

#include "native/base/result.h"
#include "native/openssl/error.h"
#include "native/openssl/ptr.h"
#include "native/tls/certificates/identity.h"

namespace hermetic::tls {

using openssl::CaptureError;
using openssl::X509Ptr;

Result<X509Ptr> FindIssuer(const Identity& identity, X509_STORE* store) {
  const STACK_OF(X509)* chain = identity.intermediates.get();
  for (int i = 0; i < sk_X509_num(chain); ++i) {
    X509* candidate = sk_X509_value(chain, i);
    if (X509_check_issued(candidate, identity.leaf.get()) != X509_V_OK) continue;
    if (X509_up_ref(candidate) != 1) return CaptureError("out of memory");
    return X509Ptr(candidate);
  }
  const openssl::X509StoreCtxPtr search(X509_STORE_CTX_new());
  if (!search || X509_STORE_CTX_init(search.get(), store, nullptr, nullptr) != 1)
    return CaptureError("the issuer could not be searched");
  // The store's own function takes the lock of first looks (native/trust/store/lazy_store.cc).
  const X509_STORE_CTX_get_issuer_fn find = X509_STORE_CTX_get_get_issuer(search.get());
  X509* issuer = nullptr;
  if (find(&issuer, search.get(), identity.leaf.get()) != 1) return X509Ptr();
  return X509Ptr(issuer);
}

}  // namespace hermetic::tls
