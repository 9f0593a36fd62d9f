// A connection's demands on its peer's keys, in addition to OpenSSL's verification.
#include <memory>

#include "native/base/bytes.h"
#include "native/tls/certificates/key_rules.h"
#include "native/tls/certificates/spki.h"
#include "native/tls/connection/connection.h"
#include "native/tls/context/context.h"

namespace hermetic::tls {

void Context::SetDistrustedKeys(ByteView hashes) {
  SettingsChange();
  key_rules_.distrusted = std::make_shared<const SpkiSet>(hashes);
}

void Context::SetPinnedKeys(ByteView hashes) {
  SettingsChange();
  key_rules_.pinned = std::make_shared<const SpkiSet>(hashes);
}

// Demands only grow when the connection goes over to another context. The key rules of both
// contexts count, and the first context's verifier stays unless the new context has its own.
void Connection::NoteVerifier() {
  if (context()->verifier() != 0) verifier_ = context()->verifier();
  EnforceDemands();
}

// OpenSSL respects the result of VerifyPeer only if it verifies, and otherwise a server does not
// ask for a certificate. Pins require a certificate. Nothing else makes a server ask.
void Connection::EnforceDemands() {
  if (SSL_get_verify_mode(native()) != SSL_VERIFY_NONE) return;
  if (is_server_ && key_demands_.has_pins()) {
    SSL_set_verify(native(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  } else if (!is_server_ && (asks_peer() || !key_demands_.empty())) {
    SSL_set_verify(native(), SSL_VERIFY_PEER, nullptr);
  }
}

// A handshake without certificates (an anonymous suite, or a pre-shared key) leaves nothing to
// compare with the pins.
bool Connection::LacksCertificate() const {
  if (!key_demands_.has_pins() || SSL_get0_peer_certificate(native()) != nullptr) return false;
  const int mode = SSL_get_verify_mode(native());
  const bool is_asked_for_later = (mode & SSL_VERIFY_POST_HANDSHAKE) != 0;
  return !is_server_ || ((mode & SSL_VERIFY_FAIL_IF_NO_PEER_CERT) != 0 && !is_asked_for_later);
}

}  // namespace hermetic::tls
