// The parts of a ClientHello that an application may inspect before the server decides anything
// (RFC 8446, 4.1.2).
#pragma once

#include <openssl/ssl.h>

#include <optional>
#include <string>

namespace hermetic::tls {

struct ClientHello {
  std::optional<std::string> server_name;  // as sent; absent without the extension
};

// CopyClientHello copies the ClientHello out of the callback's SSL, the only time that OpenSSL
// allows it. A malformed extension counts as absent; OpenSSL itself refuses it afterwards.
ClientHello CopyClientHello(SSL* ssl);

}  // namespace hermetic::tls
