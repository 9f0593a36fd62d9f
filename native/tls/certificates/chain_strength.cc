// See chain_strength.h.
#include "native/tls/certificates/chain_strength.h"

#include <openssl/objects.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

#include "native/openssl/error.h"
#include "native/tls/certificates/certificate_names.h"
#include "native/tls/certificates/identity.h"

namespace hermetic::tls {
namespace {

// OpenSSL 4 leaves the signatures of a chain to the peer that verifies it.
constexpr bool kJudgesSignatures = OPENSSL_VERSION_MAJOR < 4;

// The bits of security that each level requires (SSL_CTX_set_security_level(3)).
constexpr std::array<int, 6> kBitsOfLevel = {0, 80, 112, 128, 192, 256};

int BitsOf(int level) {
  return kBitsOfLevel.at(
      static_cast<size_t>(std::clamp(level, 0, static_cast<int>(kBitsOfLevel.size()) - 1)));
}

// The properties by which OpenSSL judges a certificate (ssl_security_cert).
struct Strength {
  int key_bits = -1;
  int signature_bits = -1;
  std::string key;        // "an RSA key of 1024 bits"
  std::string signature;  // "SHA-1"
};

std::string NameOfDigest(int digest, int algorithm) {
  const int nid = digest == NID_undef ? algorithm : digest;
  if (nid == NID_sha1) return "SHA-1";
  const char* const name = nid == NID_undef ? nullptr : OBJ_nid2sn(nid);
  return name == nullptr ? "an unknown algorithm" : name;
}

Strength StrengthOf(X509* certificate) {
  Strength strength;
  const EVP_PKEY* const key = X509_get0_pubkey(certificate);
  if (key != nullptr) {
    const char* const kind = EVP_PKEY_get0_type_name(key);
    strength.key_bits = EVP_PKEY_get_security_bits(key);
    strength.key = std::string("a key (") + (kind == nullptr ? "unknown" : kind) + ") of " +
                   std::to_string(EVP_PKEY_get_bits(key)) + " bits";
  }
  int digest = NID_undef;
  int algorithm = NID_undef;
  if (X509_get_signature_info(certificate, &digest, &algorithm, &strength.signature_bits,
                              nullptr) != 1)
    strength.signature_bits = -1;
  strength.signature = NameOfDigest(digest, algorithm);
  const bool is_self_signed = (X509_get_extension_flags(certificate) & EXFLAG_SS) != 0;
  if (!kJudgesSignatures || is_self_signed) strength.signature_bits = kBitsOfLevel.back();
  return strength;
}

X509* CertificateAt(const Identity& identity, int index) {
  return index == 0 ? identity.leaf.get() : sk_X509_value(identity.intermediates.get(), index - 1);
}

std::string Describe(const Strength& strength, bool is_key, int level) {
  const std::string what = is_key ? "has " + strength.key : "is signed with " + strength.signature;
  const std::string remedy = is_key ? "a larger key" : "SHA-256";
  return " " + what + ", which is too weak for security level " + std::to_string(level) +
         ": have it issued again with " + remedy;
}

}  // namespace

int LevelForBits(int bits) {
  const auto* const next = std::upper_bound(kBitsOfLevel.begin(), kBitsOfLevel.end(), bits);
  return std::max(0, static_cast<int>(next - kBitsOfLevel.begin()) - 1);
}

std::string WhyTooWeak(const Identity& identity, int security_level) {
  const openssl::ErrorMark mark;
  const int wanted = BitsOf(security_level);
  int least = wanted;
  std::string why;
  const int count = 1 + sk_X509_num(identity.intermediates.get());
  for (int i = 0; i < count; ++i) {
    X509* const certificate = CertificateAt(identity, i);
    const Strength strength = StrengthOf(certificate);
    const int bits = std::min(strength.key_bits, strength.signature_bits);
    least = std::min(least, bits);
    if (bits >= wanted || !why.empty()) continue;
    why = "its number " + std::to_string(i + 1) + ", " + DescribeCertificate(certificate) + ",";
    why += Describe(strength, strength.key_bits < wanted, security_level);
  }
  if (why.empty()) return why;
  return why + ", or lower the level first: context.setCiphers('DEFAULT:@SECLEVEL=" +
         std::to_string(LevelForBits(least)) + "')";
}

}  // namespace hermetic::tls
