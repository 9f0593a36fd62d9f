// The algorithms of a certificate: its public key and the signature of its issuer.
#pragma once

#include <string>

#include "native/openssl/ptr.h"

namespace hermetic::tls {

struct CertificateAlgorithms {
  std::string key_type;   // OpenSSL's name: "RSA", "EC", "ED25519"
  int key_bits = 0;       // 0 for a key that OpenSSL cannot read
  std::string key_group;  // of an EC key: "P-256"
  std::string signature;  // OpenSSL's long name, or the dotted number: "ecdsa-with-SHA256"
};

CertificateAlgorithms AlgorithmsOf(const X509* certificate);

}  // namespace hermetic::tls
