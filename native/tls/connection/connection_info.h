// A connection's negotiated values. Each function returns nothing before the value is known.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/openssl/ptr.h"
#include "native/tls/connection/connection.h"

namespace hermetic::tls {

struct CipherTriple {
  std::string name;
  std::string protocol;
  int bits = 0;
};

std::optional<std::string> Version(const Connection& connection);
std::optional<CipherTriple> Cipher(const Connection& connection);
// The name of the suite in the registry of IANA: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256".
std::optional<std::string> CipherStandardName(const Connection& connection);
// SharedCiphers returns the suites that the client offered and the server allows, in the server's
// order; for clients nothing.
std::optional<std::vector<CipherTriple>> SharedCiphers(const Connection& connection);
std::optional<std::string> Group(const Connection& connection);
// The algorithms with which the server, and a client with a certificate, signed this handshake;
// nothing if a session was resumed.
std::optional<std::string> ServerSigalg(const Connection& connection);
std::optional<std::string> ClientSigalg(const Connection& connection);
std::optional<std::string> SelectedAlpnProtocol(const Connection& connection);
openssl::X509Ptr PeerCertificate(const Connection& connection);
// ChecksPeer returns whether the peer's certificate was verified in the handshake, whatever the
// context requires now. It is false for a certificate that failed verification and that the
// application accepted.
bool ChecksPeer(const Connection& connection);
// VerifyCode returns X509_V_OK or the deciding complaint about the peer, of this handshake or of
// the one whose session it has resumed. A peer without a certificate is X509_V_ERR_UNSPECIFIED,
// unless it has proved to know a pre-shared key.
long VerifyCode(const Connection& connection);
// The OCSP response that the server has sent to a client, in DER. It has not been judged.
std::optional<Bytes> OcspResponse(const Connection& connection);
// The peer's chain, leaf first: as sent, and as verified up to the root.
Result<std::vector<Bytes>> UnverifiedChain(const Connection& connection);
Result<std::vector<Bytes>> VerifiedChain(const Connection& connection);

}  // namespace hermetic::tls
