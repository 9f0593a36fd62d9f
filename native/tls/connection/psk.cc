// See psk.h.
#include "native/tls/connection/psk.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>

#include "native/base/bytes.h"
#include "native/base/error.h"
#include "native/base/result.h"
#include "native/openssl/error.h"
#include "native/openssl/secure_bytes.h"
#include "native/tls/connection/asker.h"
#include "native/tls/connection/connection.h"
#include "native/tls/context/session_binding.h"

namespace hermetic::tls {
namespace {

// OpenSSL does not distinguish an empty text from an absent one.
std::optional<ByteView> ViewOrNothing(const char* text) {
  if (text == nullptr || text[0] == '\0') return std::nullopt;
  return ViewOf(text);
}

}  // namespace

unsigned int PskClientTrampoline(SSL* ssl, const char* hint, char* identity,
                                 unsigned int identity_size, unsigned char* key,
                                 unsigned int key_size) noexcept {
  Asker* const asker = Connection::Of(ssl).stepping().asker;
  if (asker == nullptr) return 0;
  const bool is_tls13 = SSL_get_state(ssl) == TLS_ST_CW_CLNT_HELLO;
  const PskOffer offer = asker->AskPskClient(ViewOrNothing(hint), is_tls13);
  // The identity ends with a NUL, which counts (SSL_CTX_set_psk_client_callback(3)).
  if (offer.identity.size() >= identity_size || offer.key.size() > key_size) return 0;
  std::copy(offer.identity.begin(), offer.identity.end(), identity);
  identity[offer.identity.size()] = '\0';
  std::copy(offer.key.begin(), offer.key.end(), key);
  return static_cast<unsigned int>(offer.key.size());
}

// TLS 1.3 offers tickets in the same place as keys, and OpenSSL truncates both at the first NUL. So
// the length is recorded before: an identity that contains a NUL is a ticket, or could pass for
// another identity.
int PskFindTrampoline(SSL* ssl, const unsigned char* /*identity*/, size_t identity_len,
                      SSL_SESSION** out_session) noexcept {
  Connection::Of(ssl).NotePskIdentity(identity_len);
  *out_session = nullptr;  // OpenSSL then calls the other callback
  return 1;
}

unsigned int PskServerTrampoline(SSL* ssl, const char* identity, unsigned char* key,
                                 unsigned int key_size) noexcept {
  Connection& connection = Connection::Of(ssl);
  Asker* const asker = connection.stepping().asker;
  const bool is_tls13 = SSL_version(ssl) == TLS1_3_VERSION;
  if (asker == nullptr || identity == nullptr) return 0;
  if (is_tls13 && connection.psk_identity_len() != std::strlen(identity)) return 0;
  const openssl::SecureBytes found = asker->AskPskServer(ViewOrNothing(identity), is_tls13);
  if (found.size() > key_size) return 0;
  std::copy(found.begin(), found.end(), key);
  return static_cast<unsigned int>(found.size());
}

Status Connection::SetAsksPsk(const std::optional<std::string>& identity_hint) {
  const openssl::ErrorScope scope;
  Status in_time = CheckInTime();
  if (!in_time.ok()) return in_time;
  if (!is_server_) {
    SSL_set_psk_client_callback(native(), PskClientTrampoline);
    return Ok();
  }
  const char* const hint = identity_hint ? identity_hint->c_str() : nullptr;
  if (SSL_use_psk_identity_hint(native(), hint) != 1)
    return ValueError("failed to set identity hint");
  SSL_set_psk_server_callback(native(), PskServerTrampoline);
  SSL_set_psk_find_session_callback(native(), PskFindTrampoline);
  asks_psk_ = true;
  return context()->sessions().Apply(native());
}

bool Connection::TakesPsk() const {
  return asks_psk_ || (may_take_psk_ && context()->asks_psk_server());
}

}  // namespace hermetic::tls
