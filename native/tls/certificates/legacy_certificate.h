// Certificates with the fields of node:tls (tls.TLSSocket.getPeerCertificate).
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/openssl/ptr.h"

namespace hermetic::tls {

// The attributes of a name in order: OpenSSL's short name of the type, or its dotted number, and
// the value in UTF-8. A type may occur more than once.
using ShortName = std::vector<std::pair<std::string, std::string>>;

// The public key of a certificate, if it is an RSA or EC key.
struct LegacyKey {
  std::string modulus;   // RSA: hexadecimal, upper case
  std::string exponent;  // RSA: "0x10001"
  std::string asn1_curve;
  std::string nist_curve;
  int bits = 0;
  Bytes bytes;  // RSA: SubjectPublicKeyInfo in DER; EC: the point
};

struct LegacyCertificate {
  ShortName subject;
  ShortName issuer;
  std::optional<std::string> subject_alt_name;  // GeneralNameText, joined by ", "
  std::optional<std::string> info_access;       // a line for each entry: "OCSP - URI:http://..."
  bool is_ca = false;
  std::optional<LegacyKey> key;
  std::string valid_from;
  std::string valid_to;
  std::string fingerprint;  // SHA-1: "AB:CD:..."
  std::string fingerprint256;
  std::string fingerprint512;
  std::vector<std::string> ext_key_usage;  // dotted numbers
  std::string serial_number;
};

Result<LegacyCertificate> DecodeLegacyCertificate(X509* certificate);

}  // namespace hermetic::tls
