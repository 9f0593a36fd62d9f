// See connection_details.h.
#include "native/tls/connection/connection_details.h"

#include <openssl/evp.h>
#include <openssl/objects.h>

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "native/base/bytes.h"
#include "native/openssl/ptr.h"
#include "native/tls/connection/connection.h"
#include "native/tls/session/session.h"

namespace hermetic::tls {
namespace {

std::string SigalgName(int signature) {
  switch (signature) {
    case EVP_PKEY_RSA:
      return "RSA";
    case EVP_PKEY_RSA_PSS:
      return "RSA-PSS";
    case EVP_PKEY_DSA:
      return "DSA";
    case EVP_PKEY_EC:
      return "ECDSA";
    case EVP_PKEY_ED25519:
      return "Ed25519";
    case EVP_PKEY_ED448:
      return "Ed448";
    default:
      return OBJ_nid2sn(signature);
  }
}

std::string CurveName(const EVP_PKEY* key) {
  std::array<char, 80> group = {};
  size_t len = 0;
  if (EVP_PKEY_get_group_name(key, group.data(), group.size(), &len) != 1) return "";
  const int nid = OBJ_txt2nid(group.data());
  return nid == NID_undef ? group.data() : OBJ_nid2sn(nid);
}

std::optional<EphemeralKey> Describe(const EVP_PKEY* key) {
  const int bits = EVP_PKEY_get_bits(key);
  const int kind = EVP_PKEY_get_id(key);
  if (kind == EVP_PKEY_DH) return EphemeralKey{"DH", "", bits};
  if (kind == EVP_PKEY_EC) return EphemeralKey{"ECDH", CurveName(key), bits};
  if (kind == EVP_PKEY_X25519 || kind == EVP_PKEY_X448)
    return EphemeralKey{"ECDH", OBJ_nid2sn(kind), bits};
  return std::nullopt;
}

Bytes TicketIn(const SSL_SESSION* session) {
  const unsigned char* ticket = nullptr;
  size_t len = 0;
  SSL_SESSION_get0_ticket(session, &ticket, &len);
  return ticket == nullptr ? Bytes() : Bytes(ticket, ticket + len);
}

using FinishedOf = size_t (*)(const SSL* ssl, void* out, size_t size);

std::optional<Bytes> Finished(const Connection& connection, FinishedOf finished) {
  Bytes bytes(EVP_MAX_MD_SIZE);
  const size_t len = finished(connection.native(), bytes.data(), bytes.size());
  if (len == 0 || len > bytes.size()) return std::nullopt;
  bytes.resize(len);
  return bytes;
}

}  // namespace

std::vector<std::string> SharedSigalgs(const Connection& connection) {
  std::vector<std::string> list;
  const int count =
      SSL_get_shared_sigalgs(connection.native(), 0, nullptr, nullptr, nullptr, nullptr, nullptr);
  for (int i = 0; i < count; ++i) {
    int signature = NID_undef;
    int digest = NID_undef;
    SSL_get_shared_sigalgs(connection.native(), i, &signature, &digest, nullptr, nullptr, nullptr);
    list.push_back(SigalgName(signature) + "+" + OBJ_nid2sn(digest));
  }
  return list;
}

std::optional<EphemeralKey> EphemeralKeyOf(const Connection& connection) {
  if (connection.is_server()) return std::nullopt;
  EVP_PKEY* key = nullptr;
  if (SSL_get_peer_tmp_key(connection.native(), static_cast<void*>(&key)) == 1) {
    const openssl::PkeyPtr owner(key);
    if (std::optional<EphemeralKey> known = Describe(key)) return known;
  }
  // A key encapsulation has no key of the server, and a hybrid has one without a kind.
  const char* group =
      connection.IsHandshakeDone() && SSL_version(connection.native()) == TLS1_3_VERSION
          ? SSL_get0_group_name(connection.native())
          : nullptr;
  if (group == nullptr) return std::nullopt;
  return EphemeralKey{"TLSGroup", group, 0};
}

std::optional<Bytes> OwnFinished(const Connection& connection) {
  return Finished(connection, SSL_get_finished);
}

std::optional<Bytes> PeerFinished(const Connection& connection) {
  return Finished(connection, SSL_get_peer_finished);
}

std::optional<Bytes> Ticket(const Connection& connection) {
  const SSL_SESSION* session = SSL_get0_session(connection.native());
  if (session == nullptr) return std::nullopt;
  Bytes ticket = TicketIn(session);
  if (ticket.empty()) return std::nullopt;
  return ticket;
}

Bytes TicketOf(const Session& session) { return TicketIn(session.native()); }

}  // namespace hermetic::tls
