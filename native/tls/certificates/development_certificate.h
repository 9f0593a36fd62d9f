// Certificates for development: an authority, and server certificates issued by it. Keys are on
// P-256; nothing is stored. This is not a toolkit for running an authority.
#pragma once

#include <string>
#include <vector>

#include "native/base/result.h"
#include "native/openssl/secure_bytes.h"

namespace hermetic::tls {

struct PemPair {
  std::string certificate;
  openssl::SecureBytes key;  // PKCS#8
};

// MakeDevelopmentAuthority makes a self-signed authority with this name, valid for `days`. If
// `permitted` is not empty, it may issue certificates for these subtrees only (RFC 5280, 4.2.1.10),
// as "DNS:test" or "IP:10.0.0.0/255.0.0.0".
Result<PemPair> MakeDevelopmentAuthority(const std::string& name,
                                         const std::vector<std::string>& permitted, int days);

// IssueDevelopmentCertificate makes a server's certificate for DNS names and IP addresses, signed
// by the authority. The first name is its common name.
Result<PemPair> IssueDevelopmentCertificate(const PemPair& authority,
                                            const std::vector<std::string>& names, int days);

}  // namespace hermetic::tls
