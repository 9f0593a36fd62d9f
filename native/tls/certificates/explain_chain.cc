// See explain_chain.h.
#include "native/tls/certificates/explain_chain.h"

#include <string>
#include <utility>
#include <vector>

#include "native/base/bytes.h"
#include "native/base/error.h"
#include "native/base/result.h"
#include "native/openssl/error.h"
#include "native/openssl/extensions.h"
#include "native/tls/certificates/certificate_names.h"
#include "native/tls/certificates/key_rules.h"
#include "native/tls/connection/complaint.h"
#include "native/tls/connection/peer_verification.h"
#include "native/tls/context/context.h"

namespace hermetic::tls {
namespace {

using openssl::CaptureError;
using openssl::X509Ptr;
using openssl::X509StackPtr;
using openssl::X509StoreCtxPtr;

Result<std::vector<X509Ptr>> Decode(ByteView ders) {
  const unsigned char* position = ders.data();
  const unsigned char* const end = position + ders.size();
  std::vector<X509Ptr> certificates;
  while (position < end) {
    X509Ptr certificate(d2i_X509(nullptr, &position, static_cast<long>(end - position)));
    if (!certificate) {
      openssl::ClearErrors();
      return ValueError("certificate " + std::to_string(certificates.size() + 1) +
                        " of the chain could not be decoded");
    }
    certificates.push_back(std::move(certificate));
  }
  if (certificates.empty()) return ValueError("the chain holds no certificate");
  return certificates;
}

Result<X509StackPtr> StackOf(const std::vector<X509Ptr>& certificates) {
  X509StackPtr stack(sk_X509_new_null());
  for (const X509Ptr& certificate : certificates) {
    if (!stack || X509_add_cert(stack.get(), certificate.get(), X509_ADD_FLAG_UP_REF) != 1) {
      return CaptureError("out of memory");
    }
  }
  return stack;
}

#if OPENSSL_VERSION_MAJOR >= 4
// An invalid name matches nothing, as in a connection.
int TakeAnyHost(const char* /*name*/, size_t /*len*/) noexcept { return 1; }
#endif

bool SetName(const std::string& hostname, X509_VERIFY_PARAM* out) {
  if (hostname.empty()) return true;
#if OPENSSL_VERSION_MAJOR >= 4
  X509_VERIFY_PARAM_set1_host_input_validation(out, TakeAnyHost);
#endif
  if (IsIpAddress(hostname)) return X509_VERIFY_PARAM_set1_ip_asc(out, hostname.c_str()) == 1;
  return X509_VERIFY_PARAM_set1_host(out, hostname.c_str(), hostname.size()) == 1;
}

// Sets the rules of a connection (OpenSSL: ssl_verify_cert_chain).
Status SetRules(const Context& context, const std::string& hostname, X509* leaf,
                X509_STORE_CTX* out) {
  X509_VERIFY_PARAM* param = X509_STORE_CTX_get0_param(out);
  X509_VERIFY_PARAM_set_auth_level(param, context.security_level());
  const bool is_authority = !openssl::MultipliesNames(leaf) && X509_check_ca(leaf) != 0;
  if (X509_STORE_CTX_set_default(out, "ssl_server") != 1 ||
      X509_VERIFY_PARAM_set1(param, SSL_CTX_get0_param(context.native())) != 1 ||
      !SetName(hostname, param) ||
      (is_authority && X509_VERIFY_PARAM_set_purpose(param, X509_PURPOSE_ANY) != 1)) {
    return CaptureError("the rules of the verification could not be set");
  }
  return Ok();
}

std::vector<X509Ptr> ChainOf(X509_STORE_CTX* verification) {
  std::vector<X509Ptr> chain;
  const STACK_OF(X509)* built = X509_STORE_CTX_get0_chain(verification);
  for (int i = 0; i < sk_X509_num(built); ++i) {
    X509* certificate = sk_X509_value(built, i);
    if (X509_up_ref(certificate) == 1) chain.emplace_back(certificate);
  }
  return chain;
}

}  // namespace

Result<ChainVerdict> ExplainChain(const Context& context, ByteView ders,
                                  const std::string& hostname) {
  Result<std::vector<X509Ptr>> presented = Decode(ders);
  if (!presented.ok()) return presented.error();
  Result<X509StackPtr> stack = StackOf(*presented);
  if (!stack.ok()) return stack.error();
  X509* leaf = presented->front().get();
  const X509StoreCtxPtr verification(X509_STORE_CTX_new());
  X509_STORE* store = context.trust().store();
  if (!verification || X509_STORE_CTX_init(verification.get(), store, leaf, stack->get()) != 1) {
    return CaptureError("out of memory");
  }
  Status set = SetRules(context, hostname, leaf, verification.get());
  if (!set.ok()) return set.error();
  KeyDemands keys;
  keys.SetFirst(context.trust().key_rules());
  PeerVerification verifier;
  const bool is_verified = verifier.Verify(verification.get(), keys, {.verifies = true});
  const Complaint found = is_verified ? Complaint{} : verifier.report().complaints.front();
  ChainVerdict verdict;
  verdict.code = found.code;
  verdict.message = X509_verify_cert_error_string(found.code);
  verdict.depth = found.depth;
  verdict.cause = verifier.report().cause;
  verdict.chain = ChainOf(verification.get());
  verdict.presented = std::move(*presented);
  return verdict;
}

}  // namespace hermetic::tls
