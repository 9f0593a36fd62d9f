// See certificate_algorithms.h.
#include "native/tls/certificates/certificate_algorithms.h"

#include <openssl/ec.h>
#include <openssl/objects.h>

#include <array>
#include <string>

#include "native/openssl/error.h"
#include "native/tls/certificates/certificate_names.h"

namespace hermetic::tls {
namespace {

// Returns the name of the standard that users know, or OpenSSL's name; empty for a curve without a
// name.
std::string GroupOf(const EVP_PKEY* key) {
  std::array<char, 80> name = {};
  size_t len = 0;
  if (EVP_PKEY_get_group_name(key, name.data(), name.size(), &len) != 1) return "";
  const char* nist = EC_curve_nid2nist(OBJ_txt2nid(name.data()));
  return nist == nullptr ? name.data() : nist;
}

// Returns the name of a key's type that only the certificate knows.
std::string UnreadableKeyType(const X509* certificate) {
  ASN1_OBJECT* type = nullptr;
  if (X509_PUBKEY_get0_param(&type, nullptr, nullptr, nullptr, X509_get_X509_PUBKEY(certificate)) !=
      1)
    return "";
  return ObjectText(type, false);
}

}  // namespace

CertificateAlgorithms AlgorithmsOf(const X509* certificate) {
  const openssl::ErrorScope scope;
  CertificateAlgorithms algorithms;
  const X509_ALGOR* signature = X509_get0_tbs_sigalg(certificate);
  const ASN1_OBJECT* object = nullptr;
  X509_ALGOR_get0(&object, nullptr, nullptr, signature);
  algorithms.signature = ObjectText(object, false);
  const EVP_PKEY* key = X509_get0_pubkey(certificate);
  if (key == nullptr) {
    algorithms.key_type = UnreadableKeyType(certificate);
    return algorithms;
  }
  algorithms.key_type = EVP_PKEY_get0_type_name(key);
  algorithms.key_bits = EVP_PKEY_get_bits(key);
  if (EVP_PKEY_is_a(key, "EC") == 1) algorithms.key_group = GroupOf(key);
  return algorithms;
}

}  // namespace hermetic::tls
