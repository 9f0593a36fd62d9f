// Alerts of the application's choice.
#pragma once

#include <openssl/ssl.h>

#include <cstdint>

namespace hermetic::tls {

// RefuseWithAlert sends a fatal alert (RFC 8446, 6.2) in place of the one that OpenSSL would choose
// for the failure that a callback, in which it must be called, is about to report. The connection
// has failed then. An alert that the version does not know is not sent.
void RefuseWithAlert(SSL* ssl, uint8_t alert);

}  // namespace hermetic::tls
