// Host names against the names in a certificate, compared with a matcher in this file, which has to
// accept every name that OpenSSL accepts through our code (RFC 9525, 6.3).
#include <openssl/x509v3.h>

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "native/tls/certificates/certificate.h"
#include "native/tls/certificates/certificate_names.h"
#include "native/tls/certificates/explain_chain.h"
#include "native/tls/context/context.h"
#include "test/fuzz/support/identities.h"
#include "test/fuzz/support/input.h"
#include "test/fuzz/support/target.h"

namespace hermetic::fuzz {
namespace {

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& letter : lower) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return lower;
}

// Matches takes a whole name, or one whose first label is a wildcard for exactly one label.
bool Matches(const std::string& pattern, const std::string& hostname) {
  if (Lower(pattern) == Lower(hostname)) return true;
  const size_t dot = hostname.find('.');
  if (!pattern.starts_with("*.") || dot == std::string::npos || dot == 0) return false;
  return Lower(pattern.substr(1)) == Lower(hostname.substr(dot));
}

bool MatchesAny(const tls::CertificateFields& fields, const std::string& hostname) {
  const auto& names = fields.subject_alt_names;
  const bool has_dns_name =
      std::any_of(names.begin(), names.end(), [](const auto& name) { return name.kind == "DNS"; });
  for (const tls::AlternativeName& name : names) {
    if (name.kind == "DNS" && Matches(name.text, hostname)) return true;
  }
  if (has_dns_name) return false;
  for (const tls::RelativeName& attributes : fields.subject) {
    for (const tls::NameAttribute& attribute : attributes) {
      if (attribute.type == "commonName" && Matches(attribute.value, hostname)) return true;
    }
  }
  return false;
}

// lib/ssl/certificates/hostname.ts lets only A-labels and IP addresses through.
bool IsLibHostname(const std::string& name) {
  const bool has_right_form = !name.empty() && name.size() < 254 && name.front() != '.';
  return has_right_form && std::all_of(name.begin(), name.end(), [](char letter) {
           return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '-' ||
                  letter == '.' || letter == '_';
         });
}

// A copy of the certificate of localhost with another name and other alternative names, signed.
openssl::X509Ptr MakeCertificate(ByteView common_name, ByteView alternative_names) {
  const tls::Identity& authority = *TheIdentities().authority_identity;
  openssl::X509Ptr made(X509_dup(TheIdentities().localhost->leaf.get()));
  const int at = X509_get_ext_by_NID(made.get(), NID_subject_alt_name, -1);
  const openssl::X509ExtensionPtr removed(X509_delete_ext(made.get(), at));
  const openssl::Asn1OctetStringPtr value(ASN1_OCTET_STRING_new());
  ASN1_OCTET_STRING_set(value.get(), alternative_names.data(),
                        static_cast<int>(alternative_names.size()));
  const openssl::X509ExtensionPtr names(
      X509_EXTENSION_create_by_NID(nullptr, NID_subject_alt_name, 0, value.get()));
  if (!alternative_names.empty()) X509_add_ext(made.get(), names.get(), -1);
  const openssl::X509NamePtr subject(X509_NAME_new());
  if (!common_name.empty()) {
    X509_NAME_add_entry_by_NID(subject.get(), NID_commonName, MBSTRING_UTF8,
                               const_cast<uint8_t*>(common_name.data()),
                               static_cast<int>(common_name.size()), -1, 0);
  }
  X509_set_subject_name(made.get(), subject.get());
  if (X509_sign(made.get(), authority.key.get(), EVP_sha256()) == 0) return nullptr;
  return made;
}

}  // namespace

void TryInput(ByteView bytes) {
  Input input(bytes);
  const std::string hostname = input.TakeText();
  const ByteView common_name = input.TakeCounted();
  const openssl::X509Ptr certificate = MakeCertificate(common_name, input.TakeRest());
  if (!certificate) return;
  const auto der = tls::CertificateToDer(certificate.get());
  static const auto kContext = TrustingContext();
  if (!der.ok()) return;
  const auto verdict = tls::ExplainChain(*kContext, der.value(), hostname);
  if (!verdict.ok() || verdict.value().code != X509_V_OK || !IsLibHostname(hostname)) return;
  const auto fields = tls::DecodeCertificate(certificate.get());
  if (!fields.ok() || tls::IsIpAddress(hostname)) return;
  Require(MatchesAny(fields.value(), hostname), "a name that is accepted is in the certificate");
}

std::vector<Bytes> MakeSeeds() {
  struct Case {
    std::string hostname, common_name, dns;
  };
  std::vector<Bytes> seeds;
  for (const Case& given :
       {Case{"localhost", "", "localhost"}, Case{"a.example.org", "", "*.example.org"},
        Case{"a.example.org", "*.example.org", ""},
        Case{"b.example.org", "b.example.org", "example.org"},
        Case{"xn--bcher-kva.example", "", "xn--*.example"},
        Case{"127.0.0.1", "127.0.0.1", "127.0.0.1"}}) {
    Bytes seed;
    for (const std::string& text : {given.hostname, given.common_name}) {
      seed.push_back(static_cast<uint8_t>(text.size()));
      seed.insert(seed.end(), text.begin(), text.end());
    }
    if (!given.dns.empty()) {
      const auto len = static_cast<uint8_t>(given.dns.size());
      for (const uint8_t byte : {uint8_t{0x30}, static_cast<uint8_t>(len + 2), uint8_t{0x82}, len})
        seed.push_back(byte);
      seed.insert(seed.end(), given.dns.begin(), given.dns.end());
    }
    seeds.push_back(std::move(seed));
  }
  return seeds;
}

}  // namespace hermetic::fuzz
