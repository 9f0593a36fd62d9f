// See failure_cause.h.
#include "native/tls/certificates/failure_cause.h"

#include <openssl/x509v3.h>

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "native/openssl/bio_text.h"
#include "native/openssl/error.h"
#include "native/tls/certificates/certificate_names.h"
#include "native/tls/certificates/chain_strength.h"
#include "native/trust/store/intermediates.h"
#include "native/trust/store/lazy_store.h"

namespace hermetic::tls {
namespace {

using openssl::BioPtr;
using openssl::X509StackPtr;
using openssl::X509StoreCtxPtr;

// A peer may send many certificates with one name.
constexpr size_t kMostCandidates = 4;
// A peer's certificate may have thousands of extensions, and each is compared with all.
constexpr int kMostExtensions = 64;

std::string NameOf(const ASN1_OBJECT* object) {
  const int nid = OBJ_obj2nid(object);
  return nid == NID_undef ? ObjectText(object, true) : OBJ_nid2sn(nid);
}

// OpenSSL 4 has constant extensions.
using Extension = decltype(X509_get_ext(nullptr, 0));

bool IsDecodable(Extension extension) {
  if (X509V3_EXT_get(extension) == nullptr) return true;  // OpenSSL does not decode it
  const BioPtr out(BIO_new(BIO_s_null()));
  return out && X509V3_EXT_print(out.get(), extension, X509V3_EXT_DEFAULT, 0) == 1;
}

// The extensions for which OpenSSL refuses a certificate (RFC 5280, 4.2: each at most once).
std::vector<std::string> DefectsOf(X509* certificate) {
  std::vector<std::string> defects;
  if ((X509_get_extension_flags(certificate) & EXFLAG_INVALID) == 0) return defects;
  const int count = std::min(X509_get_ext_count(certificate), kMostExtensions);
  for (int i = 0; i < count; ++i) {
    const Extension extension = X509_get_ext(certificate, i);
    const ASN1_OBJECT* const object = X509_EXTENSION_get_object(extension);
    const int first = X509_get_ext_by_OBJ(certificate, object, -1);
    if (first == i && X509_get_ext_by_OBJ(certificate, object, first) >= 0) {
      defects.push_back(NameOf(object) + " occurs in it more than once");
    } else if (first == i && !IsDecodable(extension)) {
      defects.push_back(NameOf(object) + " cannot be decoded");
    }
  }
  if (defects.empty()) defects.emplace_back("its extensions contradict each other");
  return defects;
}

// ReadingOf returns a name as a person reads it: without the types of its strings, in lower case.
std::string ReadingOf(const X509_NAME* name) {
  const BioPtr out(BIO_new(BIO_s_mem()));
  if (!out || X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) < 0)
    return "";
  std::string text(openssl::WrittenText(out.get()));
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char letter) { return std::tolower(letter); });
  return text;
}

// CandidateSearch looks for certificates with the issuer's name among the trusted ones and those
// that the peer sent.
class CandidateSearch {
 public:
  CandidateSearch(X509_STORE_CTX* verification, X509* certificate)
      : verification_(verification),
        certificate_(certificate),
        issuer_(X509_get_issuer_name(certificate)) {}

  std::vector<IssuerCandidate> Run() {
    // The store's own function, by which threads may share certificates.
    const X509StackPtr trusted(
        X509_STORE_CTX_get_lookup_certs(verification_)(verification_, issuer_));
    const STACK_OF(X509)* const sent = X509_STORE_CTX_get0_untrusted(verification_);
    AddNamesakes(trusted.get(), true);
    AddNamesakes(sent, false);
    if (found_.empty()) AddLookalikes(sent);
    return std::move(found_);
  }

 private:
  void Add(X509* candidate, bool is_trusted, int code) {
    IssuerCandidate found;
    found.is_trusted = is_trusted;
    found.is_in_chain = IsInChain(candidate);
    found.has_signed = X509_verify(certificate_, X509_get0_pubkey(candidate)) == 1;
    found.code = code;
    found.defects = DefectsOf(candidate);
    // OpenSSL had another reason, such as the depth, which has an error of its own.
    const bool is_issuer = code == X509_V_OK && found.has_signed && !found.is_in_chain;
    if (!is_issuer) found_.push_back(std::move(found));
  }

  void AddNamesakes(const STACK_OF(X509) * certificates, bool is_trusted) {
    for (int i = 0; i < sk_X509_num(certificates) && found_.size() < kMostCandidates; ++i) {
      X509* const candidate = sk_X509_value(certificates, i);
      const int code = X509_check_issued(candidate, certificate_);
      if (code != X509_V_ERR_SUBJECT_ISSUER_MISMATCH) Add(candidate, is_trusted, code);
    }
  }

  void AddLookalikes(const STACK_OF(X509) * sent) {
    const std::string wanted = ReadingOf(issuer_);
    const X509StackPtr trusted =
        trust::PresentCertificates(X509_STORE_CTX_get0_store(verification_));
    AddLookalikes(trusted.get(), wanted, true);
    AddLookalikes(sent, wanted, false);
  }

  void AddLookalikes(const STACK_OF(X509) * certificates, const std::string& wanted,
                     bool is_trusted) {
    for (int i = 0; i < sk_X509_num(certificates) && found_.size() < kMostCandidates; ++i) {
      X509* const candidate = sk_X509_value(certificates, i);
      const X509_NAME* const subject = X509_get_subject_name(candidate);
      if (X509_NAME_cmp(subject, issuer_) != 0 && ReadingOf(subject) == wanted)
        Add(candidate, is_trusted, X509_V_ERR_SUBJECT_ISSUER_MISMATCH);
    }
  }

  bool IsInChain(const X509* candidate) const {
    const STACK_OF(X509)* const chain = X509_STORE_CTX_get0_chain(verification_);
    for (int i = 0; i < sk_X509_num(chain); ++i) {
      if (X509_cmp(sk_X509_value(chain, i), candidate) == 0) return true;
    }
    return false;
  }

  X509_STORE_CTX* verification_;
  X509* certificate_;
  const X509_NAME* issuer_;
  std::vector<IssuerCandidate> found_;
};

// LeastBits returns the strength of the chain as OpenSSL judges it (check_auth_level): the least of
// every key, and of every signature except the anchor's.
int LeastBits(const STACK_OF(X509) * chain) {
  int least = std::numeric_limits<int>::max();
  for (int i = 0; i < sk_X509_num(chain); ++i) {
    X509* const certificate = sk_X509_value(chain, i);
    const EVP_PKEY* const key = X509_get0_pubkey(certificate);
    least = std::min(least, key == nullptr ? 0 : EVP_PKEY_get_security_bits(key));
    if (i + 1 == sk_X509_num(chain)) break;
    int bits = 0;
    const int is_known = X509_get_signature_info(certificate, nullptr, nullptr, &bits, nullptr);
    least = std::min(least, is_known == 1 ? bits : 0);
  }
  return least;
}

// FittingLevel verifies again without a level, because OpenSSL stops at a weak leaf before it has
// built the chain.
int FittingLevel(X509_STORE_CTX* verification) {
  const X509StoreCtxPtr again(X509_STORE_CTX_new());
  if (!again || X509_STORE_CTX_init(again.get(), X509_STORE_CTX_get0_store(verification),
                                    X509_STORE_CTX_get0_cert(verification),
                                    X509_STORE_CTX_get0_untrusted(verification)) != 1) {
    return 0;
  }
  X509_VERIFY_PARAM* const param = X509_STORE_CTX_get0_param(again.get());
  if (X509_VERIFY_PARAM_set1(param, X509_STORE_CTX_get0_param(verification)) != 1) return 0;
  X509_VERIFY_PARAM_set_auth_level(param, 0);
  trust::VerifyWithIntermediates(again.get());
  return LevelForBits(LeastBits(X509_STORE_CTX_get0_chain(again.get())));
}

bool LacksIssuer(int code) {
  return code == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT ||
         code == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY ||
         code == X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE ||
         code == X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT ||
         code == X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN;
}

bool IsTooWeak(int code) {
  return code == X509_V_ERR_EE_KEY_TOO_SMALL || code == X509_V_ERR_CA_KEY_TOO_SMALL ||
         code == X509_V_ERR_CA_MD_TOO_WEAK;
}

}  // namespace

FailureCause CauseOf(X509_STORE_CTX* verification, X509* certificate, int code) {
  const openssl::ErrorMark mark;
  FailureCause cause;
  if (certificate == nullptr) return cause;
  cause.defects = DefectsOf(certificate);
  if (LacksIssuer(code)) cause.issuers = CandidateSearch(verification, certificate).Run();
  if (IsTooWeak(code)) cause.fitting_level = FittingLevel(verification);
  return cause;
}

}  // namespace hermetic::tls
