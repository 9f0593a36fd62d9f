// A connection's post-handshake authentication (RFC 8446, 4.6.2): the server asks for the client's
// certificate after the handshake.
#include <optional>
#include <utility>

#include "native/openssl/error.h"
#include "native/tls/connection/connection.h"

namespace hermetic::tls {

// A server may ask later only if it verifies certificates; otherwise OpenSSL would take the flag
// for a requirement of its own (Python's bpo-37428). On a client the flag only announces support.
void Connection::ApplyPostHandshakeAuth() {
  const bool allows = context()->post_handshake_auth();
  if (!is_server_) {
    SSL_set_post_handshake_auth(native(), allows ? 1 : 0);
  } else if (allows && checks_.verifies) {
    SSL_set_verify(native(), SSL_get_verify_mode(native()) | SSL_VERIFY_POST_HANDSHAKE,
                   SSL_get_verify_callback(native()));
  }
}

Step Connection::VerifyClientPostHandshake() {
  const openssl::ErrorScope scope;
  if (std::optional<Step> barred = Barred()) return *std::move(barred);
  if (SSL_verify_client_post_handshake(native()) != 1) return Failure(SSL_ERROR_SSL);
  // Sends the request, which would otherwise wait for the next write.
  return StepOf(SSL_do_handshake(native()), 0);
}

}  // namespace hermetic::tls
