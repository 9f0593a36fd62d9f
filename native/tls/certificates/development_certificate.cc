// See development_certificate.h. The extensions are those that X509_V_FLAG_X509_STRICT requires.
#include "native/tls/certificates/development_certificate.h"

#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <cstdint>
#include <string>
#include <vector>

#include "native/base/bytes.h"
#include "native/base/error.h"
#include "native/base/result.h"
#include "native/openssl/bio_text.h"
#include "native/openssl/error.h"
#include "native/openssl/pem_input.h"
#include "native/openssl/secure_bytes.h"
#include "native/tls/certificates/certificate_names.h"

namespace hermetic::tls {
namespace {

using openssl::BioPtr;
using openssl::CaptureError;
using openssl::PkeyPtr;
using openssl::RefusePassword;
using openssl::X509Ptr;

struct Extension {
  int nid;
  std::string value;
};

struct Pair {
  X509Ptr certificate;
  PkeyPtr key;
};

Result<PemPair> ToPem(const Pair& pair) {
  const BioPtr certificate(BIO_new(BIO_s_mem()));
  const BioPtr key(BIO_new(BIO_s_secmem()));
  if (!certificate || !key || PEM_write_bio_X509(certificate.get(), pair.certificate.get()) != 1 ||
      PEM_write_bio_PKCS8PrivateKey(key.get(), pair.key.get(), nullptr, nullptr, 0, nullptr,
                                    nullptr) != 1) {
    return CaptureError("the certificate could not be written");
  }
  const ByteView key_pem = ViewOf(openssl::WrittenText(key.get()));
  return PemPair{std::string(openssl::WrittenText(certificate.get())),
                 openssl::SecureBytes(key_pem.begin(), key_pem.end())};
}

Result<Pair> FromPem(const PemPair& pem) {
  Result<BioPtr> certificate = openssl::MemoryOf(ViewOf(pem.certificate));
  if (!certificate.ok()) return certificate.error();
  Result<BioPtr> key = openssl::MemoryOf(pem.key);
  if (!key.ok()) return key.error();
  Pair pair{X509Ptr(PEM_read_bio_X509(certificate->get(), nullptr, RefusePassword, nullptr)),
            PkeyPtr(PEM_read_bio_PrivateKey(key->get(), nullptr, RefusePassword, nullptr))};
  if (!pair.certificate || !pair.key) return CaptureError("the authority could not be read");
  return pair;
}

bool SetSerialNumber(X509* certificate) {
  uint64_t number = 0;
  if (RAND_bytes(reinterpret_cast<unsigned char*>(&number), sizeof(number)) != 1) return false;
  return ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), number >> 1 | 1) == 1;
}

// The validity begins an hour ago, because clocks differ.
bool SetTimes(X509* certificate, int days) {
  constexpr long kHour = 3600;
  return X509_gmtime_adj(X509_getm_notBefore(certificate), -kHour) != nullptr &&
         X509_time_adj_ex(X509_getm_notAfter(certificate), days, 0, nullptr) != nullptr;
}

bool SetCommonName(X509* certificate, const std::string& name) {
  const openssl::X509NamePtr subject(X509_NAME_new());
  const auto* bytes = reinterpret_cast<const unsigned char*>(name.data());
  return subject &&
         X509_NAME_add_entry_by_NID(subject.get(), NID_commonName, MBSTRING_UTF8, bytes,
                                    static_cast<int>(name.size()), -1, 0) == 1 &&
         X509_set_subject_name(certificate, subject.get()) == 1;
}

bool AddExtension(X509* certificate, X509* issuer, const Extension& extension) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const openssl::X509ExtensionPtr made(
      X509V3_EXT_conf_nid(nullptr, &context, extension.nid, extension.value.c_str()));
  return made && X509_add_ext(certificate, made.get(), -1) == 1;
}

struct Request {
  std::string name;
  int days;
  std::vector<Extension> extensions;
};

// Without `issuer` the certificate signs itself.
Result<Pair> Make(const Request& request, const Pair* issuer) {
  Pair pair{X509Ptr(X509_new()), PkeyPtr(EVP_EC_gen("P-256"))};
  if (!pair.certificate || !pair.key) return CaptureError("the key could not be made");
  X509* const certificate = pair.certificate.get();
  X509* const signer = issuer == nullptr ? certificate : issuer->certificate.get();
  bool is_done = X509_set_version(certificate, X509_VERSION_3) == 1 &&
                 SetSerialNumber(certificate) && SetTimes(certificate, request.days) &&
                 SetCommonName(certificate, request.name) &&
                 X509_set_issuer_name(certificate, X509_get_subject_name(signer)) == 1 &&
                 X509_set_pubkey(certificate, pair.key.get()) == 1;
  for (const Extension& extension : request.extensions) {
    is_done = is_done && AddExtension(certificate, signer, extension);
  }
  EVP_PKEY* const signing_key = issuer == nullptr ? pair.key.get() : issuer->key.get();
  if (!is_done || X509_sign(certificate, signing_key, EVP_sha256()) == 0) {
    return CaptureError("the certificate could not be made");
  }
  return pair;
}

std::string AlternativeNames(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) {
    if (!list.empty()) list += ",";
    list += (IsIpAddress(name) ? "IP:" : "DNS:") + name;
  }
  return list;
}

std::string PermittedNames(const std::vector<std::string>& subtrees) {
  std::string list = "critical";
  for (const std::string& subtree : subtrees) list += ",permitted;" + subtree;
  return list;
}

}  // namespace

Result<PemPair> MakeDevelopmentAuthority(const std::string& name,
                                         const std::vector<std::string>& permitted, int days) {
  Request request{name,
                  days,
                  {{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
                   {NID_key_usage, "critical,keyCertSign,cRLSign"},
                   {NID_subject_key_identifier, "hash"}}};
  if (!permitted.empty()) {
    request.extensions.push_back({NID_name_constraints, PermittedNames(permitted)});
  }
  Result<Pair> pair = Make(request, nullptr);
  if (!pair.ok()) return pair.error();
  return ToPem(*pair);
}

Result<PemPair> IssueDevelopmentCertificate(const PemPair& authority,
                                            const std::vector<std::string>& names, int days) {
  for (const std::string& name : names) {
    if (name.find_first_of(",:\n") != std::string::npos && !IsIpAddress(name)) {
      return ValueError("'" + name + "' is neither a host name nor an IP address");
    }
  }
  if (names.empty()) return ValueError("a certificate needs at least one name");
  Result<Pair> issuer = FromPem(authority);
  if (!issuer.ok()) return issuer.error();
  const Request request{names.front(),
                        days,
                        {{NID_basic_constraints, "critical,CA:FALSE"},
                         {NID_key_usage, "critical,digitalSignature"},
                         {NID_ext_key_usage, "serverAuth"},
                         {NID_subject_alt_name, AlternativeNames(names)},
                         {NID_subject_key_identifier, "hash"},
                         {NID_authority_key_identifier, "keyid:always"}}};
  Result<Pair> pair = Make(request, &*issuer);
  if (!pair.ok()) return pair.error();
  return ToPem(*pair);
}

}  // namespace hermetic::tls
