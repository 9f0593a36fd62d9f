// See certificate_names.h.
#include "native/tls/certificates/certificate_names.h"

#include <array>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

#include "native/base/result.h"
#include "native/openssl/bio_text.h"
#include "native/openssl/error.h"

namespace hermetic::tls {
namespace {

using openssl::CaptureError;

Result<NameAttribute> DecodeAttribute(const X509_NAME_ENTRY* entry) {
  NameAttribute attribute;
  attribute.type = ObjectText(X509_NAME_ENTRY_get_object(entry), false);
  const ASN1_STRING* data = X509_NAME_ENTRY_get_data(entry);
  if (ASN1_STRING_type(data) == V_ASN1_BIT_STRING) {
    attribute.is_bits = true;
    attribute.value = TextOf(data);
    return attribute;
  }
  unsigned char* utf8 = nullptr;
  const int len = ASN1_STRING_to_UTF8(&utf8, data);
  if (len < 0) return CaptureError("a name in the certificate could not be decoded");
  const openssl::OpensslMemoryPtr<unsigned char> owner(utf8);
  attribute.value.assign(reinterpret_cast<const char*>(utf8), static_cast<size_t>(len));
  return attribute;
}

std::string HexGroups(const unsigned char* data, size_t num_groups) {
  std::string text;
  for (size_t i = 0; i < num_groups; ++i) {
    std::array<char, 8> group = {};
    const unsigned value = static_cast<unsigned>(data[2 * i]) << 8 | data[2 * i + 1];
    snprintf(group.data(), group.size(), i == 0 ? "%X" : ":%X", value);
    text += group.data();
  }
  return text;
}

std::string IpText(const ASN1_OCTET_STRING* address) {
  const unsigned char* data = ASN1_STRING_get0_data(address);
  if (ASN1_STRING_length(address) == 16) return HexGroups(data, 8);
  if (ASN1_STRING_length(address) != 4) return "<invalid>";
  std::array<char, 16> text = {};
  snprintf(text.data(), text.size(), "%u.%u.%u.%u", data[0], data[1], data[2], data[3]);
  return text.data();
}

std::string OneLine(const X509_NAME* name) {
  const openssl::BioPtr bio(BIO_new(BIO_s_mem()));
  if (!bio || X509_NAME_print_ex(bio.get(), name, 0, XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB) < 0) {
    return "?";
  }
  const std::string_view text = openssl::WrittenText(bio.get());
  return text.empty() ? "(no name)" : std::string(text);
}

// The kinds of otherName that OpenSSL prints, with its names for them.
struct OtherNameKind {
  int nid;
  int type;
  std::string_view name;
};

constexpr std::array<OtherNameKind, 5> kOtherNameKinds = {{
    {NID_id_on_SmtpUTF8Mailbox, V_ASN1_UTF8STRING, "SmtpUTF8Mailbox"},
    {NID_XmppAddr, V_ASN1_UTF8STRING, "XmppAddr"},
    {NID_SRVName, V_ASN1_IA5STRING, "SRVName"},
    {NID_ms_upn, V_ASN1_UTF8STRING, "UPN"},
    {NID_NAIRealm, V_ASN1_UTF8STRING, "NAIRealm"},
}};

// OpenSSL, and therefore Python, stops at a NUL; this function does not.
std::string OtherNameText(const OTHERNAME& other) {
  const int nid = OBJ_obj2nid(other.type_id);
  for (const OtherNameKind& kind : kOtherNameKinds) {
    if (kind.nid != nid || ASN1_TYPE_get(other.value) != kind.type) continue;
    return std::string(kind.name) + ":" + TextOf(other.value->value.asn1_string);
  }
  return "<unsupported>";
}

}  // namespace

bool IsIpAddress(const std::string& name) {
  return openssl::Asn1OctetStringPtr(a2i_IPADDRESS(name.c_str())) != nullptr;
}

std::string TextOf(const ASN1_STRING* string) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
          static_cast<size_t>(ASN1_STRING_length(string))};
}

std::string ObjectText(const ASN1_OBJECT* object, bool numeric) {
  std::array<char, 256> text = {};
  const int len = OBJ_obj2txt(text.data(), static_cast<int>(text.size()), object, numeric ? 1 : 0);
  if (len < 0) return "?";
  if (static_cast<size_t>(len) < text.size()) return text.data();
  std::string longer(static_cast<size_t>(len) + 1, '\0');
  OBJ_obj2txt(longer.data(), len + 1, object, numeric ? 1 : 0);
  longer.pop_back();
  return longer;
}

Result<DistinguishedName> DecodeName(const X509_NAME* name) {
  DistinguishedName decoded;
  int set = -1;
  for (int i = 0; i < X509_NAME_entry_count(name); ++i) {
    const X509_NAME_ENTRY* entry = X509_NAME_get_entry(name, i);
    Result<NameAttribute> attribute = DecodeAttribute(entry);
    if (!attribute.ok()) return attribute.error();
    if (X509_NAME_ENTRY_set(entry) != set) decoded.emplace_back();
    set = X509_NAME_ENTRY_set(entry);
    decoded.back().push_back(std::move(*attribute));
  }
  return decoded;
}

Result<AlternativeName> DecodeGeneralName(const GENERAL_NAME* name) {
  int type = 0;
  const void* value = GENERAL_NAME_get0_value(name, &type);
  switch (type) {
    case GEN_DIRNAME: {
      Result<DistinguishedName> directory = DecodeName(static_cast<const X509_NAME*>(value));
      if (!directory.ok()) return directory.error();
      return AlternativeName{"DirName", "", std::move(*directory)};
    }
    case GEN_EMAIL:
      return AlternativeName{"email", TextOf(static_cast<const ASN1_STRING*>(value)), {}};
    case GEN_DNS:
      return AlternativeName{"DNS", TextOf(static_cast<const ASN1_STRING*>(value)), {}};
    case GEN_URI:
      return AlternativeName{"URI", TextOf(static_cast<const ASN1_STRING*>(value)), {}};
    case GEN_IPADD:
      return AlternativeName{
          "IP Address", IpText(static_cast<const ASN1_OCTET_STRING*>(value)), {}};
    case GEN_RID:
      return AlternativeName{
          "Registered ID", ObjectText(static_cast<const ASN1_OBJECT*>(value), false), {}};
    case GEN_OTHERNAME:
      return AlternativeName{"othername", OtherNameText(*static_cast<const OTHERNAME*>(value)), {}};
    default:
      return AlternativeName{type == GEN_X400 ? "X400Name" : "EdiPartyName", "<unsupported>", {}};
  }
}

std::string DescribeCertificate(const X509* certificate) {
  return "certificate of " + OneLine(X509_get_subject_name(certificate)) + ", issued by " +
         OneLine(X509_get_issuer_name(certificate));
}

}  // namespace hermetic::tls
