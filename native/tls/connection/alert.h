// Alerts that the application chooses.
#pragma once

#include <openssl/ssl.h>

#include <cstdint>

namespace hermetic::tls {

// RefuseWithAlert sends a fatal alert (RFC 8446, 6.2) in place of the one that OpenSSL would choose
// for a failure. Call it inside the callback that is about to report the failure; the connection
// has failed afterwards. An alert that the protocol version does not define is not sent.
void RefuseWithAlert(SSL* ssl, uint8_t alert);

}  // namespace hermetic::tls
