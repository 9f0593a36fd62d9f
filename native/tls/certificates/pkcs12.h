// PKCS#12 (RFC 7292): what its bags hold.
#pragma once

#include <optional>
#include <vector>

#include "native/base/result.h"
#include "native/openssl/ptr.h"
#include "native/tls/certificates/key_input.h"

namespace hermetic::tls {

// Pkcs12Contents are all private keys and X.509 certificates, in the order of the bags. They belong
// to the default library context, whatever decrypted them.
struct Pkcs12Contents {
  std::vector<openssl::PkeyPtr> keys;
  std::vector<openssl::X509Ptr> certificates;
};

// ReadPkcs12 gives nothing where a password is needed and none was given. A file may be made with
// an empty password in two ways, which differ (PKCS12_parse of OpenSSL): both are tried.
Result<std::optional<Pkcs12Contents>> ReadPkcs12(const NamedBytes& pfx, const Unlocking& unlocking);

}  // namespace hermetic::tls
