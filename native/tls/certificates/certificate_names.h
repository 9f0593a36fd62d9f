// Names in certificates: distinguished names, general names, and the short form for messages.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "native/base/result.h"
#include "native/openssl/ptr.h"

namespace hermetic::tls {

// One attribute of a distinguished name: the long name of its type (or the dotted number) and its
// value in UTF-8.
struct NameAttribute {
  std::string type;
  std::string value;
  bool is_bits = false;  // a BIT STRING: `value` is bytes
};
using RelativeName = std::vector<NameAttribute>;
using DistinguishedName = std::vector<RelativeName>;

// An alternative name as Python gives it: its kind ("DNS", "IP Address", "DirName", ...) and a
// text, or a distinguished name for "DirName". NUL bytes inside a text are kept.
struct AlternativeName {
  std::string kind;
  std::string text;
  DistinguishedName directory_name;
};

Result<DistinguishedName> DecodeName(const X509_NAME* name);
Result<AlternativeName> DecodeGeneralName(const GENERAL_NAME* name);

// IsIpAddress returns whether a certificate would contain the name as an IP address and not as a
// DNS name.
bool IsIpAddress(const std::string& name);

// TextOf returns the bytes of an ASN.1 string unchanged.
std::string TextOf(const ASN1_STRING* string);

// ObjectText returns the long name of an object, or its dotted number if it has no name or
// `numeric` is set.
std::string ObjectText(const ASN1_OBJECT* object, bool numeric);

// DescribeCertificate returns a text such as "certificate of CN=localhost, issued by CN=Test Root".
std::string DescribeCertificate(const X509* certificate);

}  // namespace hermetic::tls
