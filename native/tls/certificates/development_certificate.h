// Certificates for trying things out: an authority that lives in memory, and server certificates
// below it. Keys are on P-256, nothing is stored. Not a toolkit for running an authority.
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

// MakeDevelopmentAuthority makes a self-signed authority of this name, valid for `days`.
Result<PemPair> MakeDevelopmentAuthority(const std::string& name, int days);

// IssueDevelopmentCertificate makes a server's certificate for DNS names and IP addresses, the
// first of which is its common name, signed by the authority.
Result<PemPair> IssueDevelopmentCertificate(const PemPair& authority,
                                            const std::vector<std::string>& names, int days);

}  // namespace hermetic::tls
