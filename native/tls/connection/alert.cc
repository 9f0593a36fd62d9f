// See alert.h. OpenSSL chooses the alert by the error of the verification, from a table that lacks
// most of them. Its function that fails with a given alert is internal
// (docs/decisions/0010-alerts-inside-openssl.md). It is declared in ssl/statem/statem.h of the
// pinned versions of both channels; the SSL of a TLS connection is its SSL_CONNECTION. If a new pin
// renames the function, the addon fails to link.
#include "native/tls/connection/alert.h"

#include <cstdint>

extern "C" {
// NOLINTBEGIN(readability-identifier-naming)
void ossl_statem_send_fatal(SSL* connection, int alert);
// NOLINTEND(readability-identifier-naming)
}

namespace hermetic::tls {

void RefuseWithAlert(SSL* ssl, uint8_t alert) { ossl_statem_send_fatal(ssl, alert); }

}  // namespace hermetic::tls
