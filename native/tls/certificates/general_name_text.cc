// See general_name_text.h. The rules are those of Node's crypto_x509.cc.
#include "native/tls/certificates/general_name_text.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <string_view>

#include "native/base/result.h"
#include "native/openssl/bio_text.h"
#include "native/openssl/ptr.h"
#include "native/tls/certificates/certificate_names.h"

namespace hermetic::tls {
namespace {

enum class Encoding : bool { kAscii, kUtf8 };

constexpr unsigned char kHighBit = 0x80;

bool IsPrintable(unsigned char byte, Encoding encoding) {
  if (encoding == Encoding::kUtf8 && byte >= kHighBit) return true;
  return byte >= ' ' && byte <= '~';
}

bool IsSafe(unsigned char byte, Encoding encoding) {
  return byte != '"' && byte != '\\' && byte != ',' && byte != '\'' && IsPrintable(byte, encoding);
}

// Bytes that are not ASCII are taken for Latin-1.
std::string Escape(unsigned char byte) {
  std::array<char, 8> text = {};
  snprintf(text.data(), text.size(), "\\u%04x", byte);
  return text.data();
}

// A comma is escaped as well, for programs that split the list at commas.
std::string Quote(std::string_view value, Encoding encoding) {
  const bool is_safe = std::all_of(value.begin(), value.end(), [encoding](char c) {
    return IsSafe(static_cast<unsigned char>(c), encoding);
  });
  if (is_safe) return std::string(value);
  std::string quoted = "\"";
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\\' || c == '"') {
      quoted += {'\\', c};
    } else if (c != ',' && IsPrintable(byte, encoding)) {
      quoted += c;
    } else {
      quoted += Escape(byte);
    }
  }
  return quoted + "\"";
}

std::string DirectoryText(const X509_NAME* name) {
  constexpr unsigned long kFlags =
      XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB | ASN1_STRFLGS_ESC_CTRL);
  const openssl::BioPtr bio(BIO_new(BIO_s_mem()));
  if (!bio || X509_NAME_print_ex(bio.get(), name, 0, kFlags) < 0) return "";
  return Quote(openssl::WrittenText(bio.get()), Encoding::kUtf8);
}

Encoding EncodingOf(const GENERAL_NAME* name) {
  const bool is_utf8 =
      name->type == GEN_OTHERNAME && ASN1_TYPE_get(name->d.otherName->value) == V_ASN1_UTF8STRING;
  return is_utf8 ? Encoding::kUtf8 : Encoding::kAscii;
}

bool IsIpLength(int len) { return len == 4 || len == 16; }

}  // namespace

std::string GeneralNameText(const GENERAL_NAME* name) {
  if (name->type == GEN_DIRNAME) return "DirName:" + DirectoryText(name->d.directoryName);
  if (name->type == GEN_RID) return "Registered ID:" + ObjectText(name->d.registeredID, true);
  if (name->type == GEN_IPADD && !IsIpLength(ASN1_STRING_length(name->d.iPAddress))) {
    const int len = ASN1_STRING_length(name->d.iPAddress);
    return "IP Address:<invalid length=" + std::to_string(len) + ">";
  }
  const Result<AlternativeName> decoded = DecodeGeneralName(name);
  if (!decoded.ok()) return "";  // only a directory name can fail
  return decoded.value().kind + ":" + Quote(decoded.value().text, EncodingOf(name));
}

}  // namespace hermetic::tls
