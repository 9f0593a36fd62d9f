// Identity: a certificate with its chain and its private key, as a context shows it to peers.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "native/base/result.h"
#include "native/openssl/ptr.h"
#include "native/openssl/secure_bytes.h"
#include "native/tls/certificates/key_input.h"

namespace hermetic::tls {

struct Identity {
  std::string name;  // what messages call it
  std::string kind;  // of key: "RSA", "EC", "ED25519", ...; a context has one identity of each
  openssl::X509Ptr leaf;
  openssl::X509StackPtr intermediates;  // in the order in which they are sent
  openssl::PkeyPtr key;                 // belongs to the leaf
};

// Null stands for: a password is needed, and none was given.
using IdentityPtr = std::shared_ptr<const Identity>;

// IdentitySource is what an identity is read from.
struct IdentitySource {
  // Certificates, the leaf first; or one PKCS#12.
  std::vector<NamedBytes> certificates;
  // Empty: among the certificates.
  std::optional<NamedBytes> key;
  std::optional<openssl::SecureBytes> password;
  // Whether obsolete encryption is opened too.
  bool allows_legacy = false;
};

// ReadIdentity takes the certificates in the order in which they are given; only where the format
// has none, as PKCS#7, the leaf is the one that belongs to the key and its issuers follow.
Result<IdentityPtr> ReadIdentity(IdentitySource source);

// ReadPkcs12Identity takes the key of a PKCS#12, the certificate that belongs to it, and its
// issuers before the other certificates.
Result<IdentityPtr> ReadPkcs12Identity(IdentitySource source);

}  // namespace hermetic::tls
