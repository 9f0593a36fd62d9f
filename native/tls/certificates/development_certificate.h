// Certificates for development: an authority in memory, and server certificates issued by it. Keys
// are on P-256; nothing is stored. This is not a toolkit for running an authority.
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

// MakeDevelopmentAuthority makes a self-signed authority with this name, valid for `days`.
Result<PemPair> MakeDevelopmentAuthority(const std::string& name, int days);

// IssueDevelopmentCertificate makes a server's certificate for DNS names and IP addresses, signed
// by the authority. The first name is its common name.
Result<PemPair> IssueDevelopmentCertificate(const PemPair& authority,
                                            const std::vector<std::string>& names, int days);

}  // namespace hermetic::tls
