// ClientHello is what a client has offered, copied while OpenSSL allows it (RFC 8446, 4.1.2).
#pragma once

#include <openssl/ssl.h>

#include <optional>
#include <string>
#include <vector>

#include "native/base/bytes.h"

namespace hermetic::tls {

// A malformed extension counts as absent; OpenSSL itself refuses it afterwards.
struct ClientHello {
  std::optional<std::string> server_name;  // as sent; absent without the extension
  // The list of RFC 7301 without the length before it, as Context::SetAlpnProtocols takes it.
  Bytes alpn_protocols;
  Bytes session_id;                     // of TLS 1.2 and before
  bool has_ticket = false;              // a ticket of TLS 1.2 and before
  std::vector<Bytes> psk_identities;    // of TLS 1.3: tickets and keys
  bool requests_ocsp_response = false;  // RFC 6066, 8
  bool offers_tls13 = false;            // the session id is then not one of TLS 1.2 (RFC 8446, D.4)
};

// ReadServerName and ReadClientHello are called inside the callback for the ClientHello.
std::optional<std::string> ReadServerName(SSL* ssl);
ClientHello ReadClientHello(SSL* ssl);
// OffersToResume returns whether the client offers a session or a pre-shared key, inside the same
// callback. The server may still refuse it.
bool OffersToResume(SSL* ssl);

}  // namespace hermetic::tls
