// See client_hello.h.
#include "native/tls/connection/client_hello.h"

#include <optional>
#include <string>

#include "native/base/bytes.h"

namespace hermetic::tls {
namespace {

size_t Uint16At(ByteView bytes, size_t offset) {
  return static_cast<size_t>(bytes[offset]) << 8 | bytes[offset + 1];
}

// ServerNameList (RFC 6066, 3): a length, then entries of a type, a length and a name. Type 0, a
// host name, is the only one defined, and each type may occur once.
std::optional<std::string> ParseServerName(ByteView extension) {
  constexpr size_t kHeader = 5;
  if (extension.size() < kHeader || Uint16At(extension, 0) != extension.size() - 2)
    return std::nullopt;
  const size_t name_len = Uint16At(extension, 3);
  if (extension[2] != TLSEXT_NAMETYPE_host_name || name_len != extension.size() - kHeader) {
    return std::nullopt;
  }
  const ByteView name = extension.subspan(kHeader);
  return std::string(name.begin(), name.end());
}

}  // namespace

ClientHello CopyClientHello(SSL* ssl) {
  ClientHello hello;
  const unsigned char* data = nullptr;
  size_t len = 0;
  if (SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_server_name, &data, &len) == 1) {
    hello.server_name = ParseServerName({data, len});
  }
  return hello;
}

}  // namespace hermetic::tls
