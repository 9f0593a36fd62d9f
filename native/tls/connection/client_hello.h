// What the application may want to know of a ClientHello before the server decides anything (RFC
// 8446, 4.1.2).
#pragma once

#include <openssl/ssl.h>

#include <optional>
#include <string>

namespace hermetic::tls {

struct ClientHello {
  std::optional<std::string> server_name;  // as sent; absent without the extension
};

// CopyClientHello copies it out of the callback's SSL, the only time that OpenSSL can be asked. A
// malformed extension counts as absent: OpenSSL refuses it itself afterwards.
ClientHello CopyClientHello(SSL* ssl);

}  // namespace hermetic::tls
