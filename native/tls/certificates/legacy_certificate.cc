// See legacy_certificate.h. An extension that does not parse counts as absent, as in
// certificate.cc.
#include "native/tls/certificates/legacy_certificate.h"

#include <openssl/objects.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "native/base/result.h"
#include "native/openssl/error.h"
#include "native/openssl/ptr.h"
#include "native/tls/certificates/certificate.h"
#include "native/tls/certificates/certificate_names.h"
#include "native/tls/certificates/general_name_text.h"
#include "native/tls/certificates/legacy_key.h"

namespace hermetic::tls {
namespace {

using openssl::OpensslMemoryPtr;

std::string ShortTypeOf(const ASN1_OBJECT* object) {
  const int nid = OBJ_obj2nid(object);
  return nid == NID_undef ? ObjectText(object, true) : OBJ_nid2sn(nid);
}

// A value that is not a text is left out.
ShortName DecodeShortName(const X509_NAME* name) {
  ShortName decoded;
  for (int i = 0; i < X509_NAME_entry_count(name); ++i) {
    const X509_NAME_ENTRY* entry = X509_NAME_get_entry(name, i);
    unsigned char* utf8 = nullptr;
    const int len = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(entry));
    if (len < 0) continue;
    const OpensslMemoryPtr<unsigned char> owner(utf8);
    decoded.emplace_back(
        ShortTypeOf(X509_NAME_ENTRY_get_object(entry)),
        std::string(reinterpret_cast<const char*>(utf8), static_cast<size_t>(len)));
  }
  return decoded;
}

std::optional<std::string> AlternativeNames(const X509* certificate) {
  const openssl::GeneralNamesPtr names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  if (!names) return std::nullopt;
  std::string text;
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    if (i > 0) text += ", ";
    text += GeneralNameText(sk_GENERAL_NAME_value(names.get(), i));
  }
  return text;
}

std::optional<std::string> InfoAccess(const X509* certificate) {
  const openssl::AuthorityInfoPtr info(static_cast<AUTHORITY_INFO_ACCESS*>(
      X509_get_ext_d2i(certificate, NID_info_access, nullptr, nullptr)));
  if (!info) return std::nullopt;
  std::string text;
  for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(info.get()); ++i) {
    const ACCESS_DESCRIPTION* access = sk_ACCESS_DESCRIPTION_value(info.get(), i);
    if (i > 0) text += "\n";
    text += ObjectText(access->method, false) + " - " + GeneralNameText(access->location);
  }
  return text;
}

std::vector<std::string> ExtendedKeyUsage(const X509* certificate) {
  const openssl::ExtendedKeyUsagePtr usages(static_cast<EXTENDED_KEY_USAGE*>(
      X509_get_ext_d2i(certificate, NID_ext_key_usage, nullptr, nullptr)));
  const int count = std::max(sk_ASN1_OBJECT_num(usages.get()), 0);  // -1 without the extension
  std::vector<std::string> list;
  list.reserve(static_cast<size_t>(count));
  for (int i = 0; i < count; ++i)
    list.push_back(ObjectText(sk_ASN1_OBJECT_value(usages.get(), i), true));
  return list;
}

std::string FingerprintText(const X509* certificate, const EVP_MD* digest) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes = {};
  unsigned int len = 0;
  if (X509_digest(certificate, digest, bytes.data(), &len) != 1) return "";
  std::string text;
  for (unsigned int i = 0; i < len; ++i) {
    std::array<char, 4> hex = {};
    snprintf(hex.data(), hex.size(), i == 0 ? "%02X" : ":%02X", bytes[i]);
    text += hex.data();
  }
  return text;
}

}  // namespace

Result<LegacyCertificate> DecodeLegacyCertificate(X509* certificate) {
  const openssl::ErrorScope scope;
  Result<CertificateFields> decoded = DecodeCertificate(certificate);
  if (!decoded.ok()) return decoded.error();
  LegacyCertificate fields;
  fields.subject = DecodeShortName(X509_get_subject_name(certificate));
  fields.issuer = DecodeShortName(X509_get_issuer_name(certificate));
  fields.subject_alt_name = AlternativeNames(certificate);
  fields.info_access = InfoAccess(certificate);
  fields.is_ca = X509_check_ca(certificate) == 1;
  fields.key = DecodeLegacyKey(certificate);
  fields.valid_from = std::move(decoded->not_before);
  fields.valid_to = std::move(decoded->not_after);
  fields.serial_number = std::move(decoded->serial_number);
  fields.fingerprint = FingerprintText(certificate, EVP_sha1());
  fields.fingerprint256 = FingerprintText(certificate, EVP_sha256());
  fields.fingerprint512 = FingerprintText(certificate, EVP_sha512());
  fields.ext_key_usage = ExtendedKeyUsage(certificate);
  return fields;
}

}  // namespace hermetic::tls
