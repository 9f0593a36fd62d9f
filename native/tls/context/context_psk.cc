// Which connections of a context ask for pre-shared keys (native/tls/connection/psk.h).
#include <openssl/ssl.h>

#include <optional>
#include <string>

#include "native/base/error.h"
#include "native/base/result.h"
#include "native/tls/connection/psk.h"
#include "native/tls/context/context.h"

namespace hermetic::tls {

void Context::SetAsksPskClient(bool asks) {
  SSL_CTX_set_psk_client_callback(native(), asks ? PskClientTrampoline : nullptr);
}

Status Context::SetAsksPskServer(bool asks, const std::optional<std::string>& identity_hint) {
  const char* const hint = identity_hint ? identity_hint->c_str() : nullptr;
  if (asks && SSL_CTX_use_psk_identity_hint(native(), hint) != 1) {
    return ValueError("failed to set identity hint");
  }
  SSL_CTX_set_psk_server_callback(native(), asks ? PskServerTrampoline : nullptr);
  SSL_CTX_set_psk_find_session_callback(native(), asks ? PskFindTrampoline : nullptr);
  asks_psk_server_ = asks;
  return Ok();
}

}  // namespace hermetic::tls
