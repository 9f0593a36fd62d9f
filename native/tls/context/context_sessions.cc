// The settings of a context that decide where its sessions are kept, and for how long.
#include <memory>
#include <utility>

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/openssl/secure_bytes.h"
#include "native/tls/connection/callbacks.h"
#include "native/tls/context/context.h"
#include "native/tls/session/ticket_keys.h"

namespace hermetic::tls {

void Context::SetStoresSessions(bool stores) {
  constexpr long kStored = SSL_SESS_CACHE_BOTH | SSL_SESS_CACHE_NO_INTERNAL;
  SSL_CTX_set_session_cache_mode(native(), stores ? kStored : long{SSL_SESS_CACHE_SERVER});
  SSL_CTX_sess_set_new_cb(native(), stores ? NewSessionTrampoline : nullptr);
  SSL_CTX_sess_set_get_cb(native(), stores ? StoredSessionTrampoline : nullptr);
}

void Context::UseTicketKeys(std::shared_ptr<const TicketKeys> keys) {
  ticket_keys_ = std::move(keys);
  SSL_CTX_set_tlsext_ticket_key_evp_cb(native(), ticket_keys_ ? TicketKeyTrampoline : nullptr);
}

Status Context::SetTicketKeys(ByteView keys) {
  Result<std::shared_ptr<const TicketKeys>> made = TicketKeys::Create(keys);
  if (!made.ok()) return made.error();
  UseTicketKeys(std::move(*made));
  return Ok();
}

Status Context::SetTicketKeyRing(ByteView keys, ByteView lengths) {
  if (lengths.empty()) {
    UseTicketKeys(nullptr);
    return Ok();
  }
  Result<std::shared_ptr<const TicketKeys>> made = TicketKeys::CreateMixed(keys, lengths);
  if (!made.ok()) return made.error();
  UseTicketKeys(std::move(*made));
  return Ok();
}

Result<openssl::SecureBytes> Context::TicketKeyBytes() {
  if (!ticket_keys_) {
    Result<std::shared_ptr<const TicketKeys>> made = TicketKeys::Generate();
    if (!made.ok()) return made.error();
    UseTicketKeys(std::move(*made));
  }
  return ticket_keys_->bytes();
}

}  // namespace hermetic::tls
