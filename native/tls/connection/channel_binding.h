// Values that only the two ends of a connection know: channel bindings (RFC 5056) and exported
// keying material (RFC 5705).
#pragma once

#include <optional>
#include <string>

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/openssl/secure_bytes.h"
#include "native/tls/connection/connection.h"

namespace hermetic::tls {

// A missing value is not an error: the result is empty before the handshake is done, and if the RFC
// does not define a value.

// TlsUnique (RFC 5929, 3) is the first Finished message. TLS 1.3 does not define it.
Result<std::optional<Bytes>> TlsUnique(const Connection& connection);
// TlsServerEndPoint (RFC 5929, 4) is a hash of the server's certificate. It is not defined if the
// certificate's signature has no hash of its own (Ed25519), or on a server that has resumed a
// session and so has not shown a certificate.
Result<std::optional<Bytes>> TlsServerEndPoint(const Connection& connection);
// TlsExporter (RFC 9266) is exported keying material; under TLS 1.2 it needs the extended master
// secret (RFC 7627).
Result<std::optional<Bytes>> TlsExporter(const Connection& connection);

// ExportKeyingMaterial derives `len` bytes for the label. Under TLS 1.2 an absent context and an
// empty one give different bytes. A call before the handshake is done is a value error.
Result<openssl::SecureBytes> ExportKeyingMaterial(const Connection& connection, size_t len,
                                                  const std::string& label,
                                                  std::optional<ByteView> context);

}  // namespace hermetic::tls
