// Identity is a certificate with its chain and its private key, as a context shows it to peers.
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
  std::string name;  // its name in messages
  std::string kind;  // of key: "RSA", "EC", "ED25519", ...; a context has one identity of each
  openssl::X509Ptr leaf;
  openssl::X509StackPtr intermediates;  // in sending order
  openssl::PkeyPtr key;                 // belongs to the leaf
  bool signs_fast = false;  // in tens of microseconds; other kinds of keys need up to milliseconds
};

// Null means that a password is needed and was not given.
using IdentityPtr = std::shared_ptr<const Identity>;

// IdentitySource is the input from which an identity is read.
struct IdentitySource {
  // Certificates, the leaf first; or one PKCS#12.
  std::vector<NamedBytes> certificates;
  // Absent if the key is among the certificates.
  std::optional<NamedBytes> key;
  std::optional<openssl::SecureBytes> password;
  // Whether obsolete encryption is decrypted, too.
  bool allows_legacy = false;
};

// ReadIdentity keeps the order of the certificates. If the format has no order, as in PKCS#7, the
// leaf is the certificate that belongs to the key, and its issuers follow.
Result<IdentityPtr> ReadIdentity(IdentitySource source);

// ReadPkcs12Identity reads the key of a PKCS#12, the certificate that belongs to it, and its
// issuers before the other certificates.
Result<IdentityPtr> ReadPkcs12Identity(IdentitySource source);

}  // namespace hermetic::tls
