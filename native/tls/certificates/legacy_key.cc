// See legacy_key.h.
#include "native/tls/certificates/legacy_key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/objects.h>

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "native/openssl/ptr.h"
#include "native/tls/certificates/legacy_certificate.h"

namespace hermetic::tls {
namespace {

using openssl::OpensslMemoryPtr;

// Returns an integer of the key in hexadecimal without leading zeros, or an empty string.
std::string HexOf(const EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &number) != 1) return "";
  const openssl::BignumPtr owner(number);
  const OpensslMemoryPtr<char> hex(BN_bn2hex(number));
  if (!hex) return "";
  const std::string_view text(hex.get());
  const size_t start = text.find_first_not_of('0');
  return start == std::string_view::npos ? "0" : std::string(text.substr(start));
}

LegacyKey RsaKey(const EVP_PKEY* key) {
  LegacyKey fields;
  fields.modulus = HexOf(key, OSSL_PKEY_PARAM_RSA_N);
  fields.exponent = "0x" + HexOf(key, OSSL_PKEY_PARAM_RSA_E);
  fields.bits = EVP_PKEY_get_bits(key);
  unsigned char* der = nullptr;
  const int len = i2d_PUBKEY(key, &der);
  if (len <= 0) return fields;
  const OpensslMemoryPtr<unsigned char> owner(der);
  fields.bytes.assign(der, der + len);
  return fields;
}

LegacyKey EcKey(const X509* certificate, const EVP_PKEY* key) {
  LegacyKey fields;
  fields.bits = EVP_PKEY_get_bits(key);
  const ASN1_BIT_STRING* point = X509_get0_pubkey_bitstr(certificate);
  const unsigned char* data = ASN1_STRING_get0_data(point);
  fields.bytes.assign(data, data + ASN1_STRING_length(point));
  std::array<char, 80> group = {};
  size_t len = 0;
  if (EVP_PKEY_get_group_name(key, group.data(), group.size(), &len) != 1) return fields;
  const int nid = OBJ_txt2nid(group.data());
  if (nid == NID_undef) return fields;
  fields.asn1_curve = OBJ_nid2sn(nid);
  if (const char* nist = EC_curve_nid2nist(nid)) fields.nist_curve = nist;
  return fields;
}

}  // namespace

std::optional<LegacyKey> DecodeLegacyKey(const X509* certificate) {
  const EVP_PKEY* key = X509_get0_pubkey(certificate);
  if (key == nullptr) return std::nullopt;
  if (EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA) return RsaKey(key);
  if (EVP_PKEY_get_base_id(key) == EVP_PKEY_EC) return EcKey(certificate, key);
  return std::nullopt;
}

}  // namespace hermetic::tls
