// Details of a handshake that only node:tls shows. Each function returns nothing before they are
// known.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "native/base/bytes.h"
#include "native/tls/connection/connection.h"
#include "native/tls/session/session.h"

namespace hermetic::tls {

// The key that the server has made for this handshake.
struct EphemeralKey {
  std::string type;  // "DH"; "ECDH"; "TLSGroup" for a group that is neither, such as a hybrid
  std::string name;  // of the curve or the group; empty for DH
  int bits = 0;      // 0 for a group
};

// SharedSigalgs returns the signature algorithms that both ends know, in this end's order:
// "ECDSA+SHA256", "Ed25519+UNDEF".
std::vector<std::string> SharedSigalgs(const Connection& connection);
// EphemeralKeyOf returns nothing for a server, and for a handshake without such a key.
std::optional<EphemeralKey> EphemeralKeyOf(const Connection& connection);
// The contents of the last Finished messages of this handshake (RFC 8446, 4.4.4).
std::optional<Bytes> OwnFinished(const Connection& connection);
std::optional<Bytes> PeerFinished(const Connection& connection);
// The ticket of the present session, and of any session; the latter is empty without a ticket.
std::optional<Bytes> Ticket(const Connection& connection);
Bytes TicketOf(const Session& session);

}  // namespace hermetic::tls
