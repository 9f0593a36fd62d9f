// See hello_gate.h.
#include "native/tls/connection/hello_gate.h"

#include <cstdint>
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

// Copies the name out of the callback's SSL, the only time that OpenSSL allows it.
std::optional<std::string> CopyServerName(SSL* ssl) {
  const unsigned char* data = nullptr;
  size_t len = 0;
  if (SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_server_name, &data, &len) != 1)
    return std::nullopt;
  return ParseServerName({data, len});
}

}  // namespace

int HelloGate::Pass(SSL* ssl, int* out_alert) {
  if (state_ == State::kNotAsked) {
    server_name_ = CopyServerName(ssl);
    if (!asks_) return SSL_CLIENT_HELLO_SUCCESS;
    state_ = State::kAsking;
  }
  if (state_ == State::kAsking) return SSL_CLIENT_HELLO_RETRY;
  if (!alert_.has_value()) return SSL_CLIENT_HELLO_SUCCESS;
  *out_alert = *alert_;
  return SSL_CLIENT_HELLO_ERROR;
}

void HelloGate::Answer(std::optional<uint8_t> alert) {
  alert_ = alert;
  state_ = State::kAnswered;
}

}  // namespace hermetic::tls
