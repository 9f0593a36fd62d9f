// The contents of a PKCS#12 (RFC 7292).
#pragma once

#include <optional>
#include <vector>

#include "native/base/result.h"
#include "native/openssl/ptr.h"
#include "native/tls/certificates/key_input.h"

namespace hermetic::tls {

// Pkcs12Contents are all private keys and X.509 certificates, in the order of the bags. They belong
// to the default library context, whichever context decrypted them.
struct Pkcs12Contents {
  std::vector<openssl::PkeyPtr> keys;
  std::vector<openssl::X509Ptr> certificates;
};

// ReadPkcs12 returns nothing if a password is needed and was not given. A file may be made with an
// empty password in two ways, which differ (OpenSSL: PKCS12_parse); both are tried.
Result<std::optional<Pkcs12Contents>> ReadPkcs12(const NamedBytes& pfx, const Unlocking& unlocking);

}  // namespace hermetic::tls
