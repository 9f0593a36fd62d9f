// StoredAnswers are answers that a connection was given in advance, for callbacks of OpenSSL that
// cannot stop a handshake.
#pragma once

#include <optional>

#include "native/base/bytes.h"
#include "native/openssl/ptr.h"

namespace hermetic::tls {

// AlpnAnswer replaces the protocols of the context.
struct AlpnAnswer {
  Bytes protocols;             // as Context::SetAlpnProtocols; empty for a server without ALPN
  bool needs_overlap = false;  // whether a server refuses a client without a common protocol
};

struct StoredAnswers {
  std::optional<AlpnAnswer> alpn;
  openssl::SslSessionPtr session;  // from the application's store, for the client's id; or null
  Bytes ocsp_response;             // of a server, in DER, for a client that requests it; or empty
};

}  // namespace hermetic::tls
