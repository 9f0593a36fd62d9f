// What a connection has negotiated. Each gives nothing before there is an answer.
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
// SharedCiphers are those that the client offered and the server allows, in the server's order; for
// clients nothing.
std::optional<std::vector<CipherTriple>> SharedCiphers(const Connection& connection);
std::optional<std::string> Group(const Connection& connection);
// The algorithms that the server, and a client with a certificate, have signed this handshake with;
// nothing where a session was resumed.
std::optional<std::string> ServerSigalg(const Connection& connection);
std::optional<std::string> ClientSigalg(const Connection& connection);
std::optional<std::string> SelectedAlpnProtocol(const Connection& connection);
openssl::X509Ptr PeerCertificate(const Connection& connection);
// ChecksPeer tells whether the peer's certificate was verified in the handshake, whatever the
// context says by now. One that the application accepted although it did not verify was not.
bool ChecksPeer(const Connection& connection);
// The peer's chain, leaf first: as sent, and as verified up to the root.
Result<std::vector<Bytes>> UnverifiedChain(const Connection& connection);
Result<std::vector<Bytes>> VerifiedChain(const Connection& connection);

}  // namespace hermetic::tls
