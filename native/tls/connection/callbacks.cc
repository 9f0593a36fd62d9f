// See callbacks.h.
#include "native/tls/connection/callbacks.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <utility>

#include "native/base/bytes.h"
#include "native/openssl/ptr.h"
#include "native/tls/connection/connection.h"
#include "native/tls/connection/message.h"
#include "native/tls/connection/peer_verification.h"
#include "native/tls/connection/stored_answers.h"
#include "native/tls/context/context.h"
#include "native/tls/session/ticket_keys.h"

namespace hermetic::tls {
namespace {

const SSL* SslOf(const X509_STORE_CTX* store_ctx) {
  return static_cast<const SSL*>(
      X509_STORE_CTX_get_ex_data(store_ctx, SSL_get_ex_data_X509_STORE_CTX_idx()));
}

}  // namespace

int ClientHelloTrampoline(SSL* ssl, int* out_alert, void* /*unused*/) noexcept {
  try {
    Connection& connection = Connection::Of(ssl);
    connection.peer().WithdrawAcceptance();  // of an earlier handshake
    return connection.hello().Pass(ssl, out_alert);
  } catch (const std::bad_alloc&) {
    *out_alert = SSL_AD_INTERNAL_ERROR;
    return SSL_CLIENT_HELLO_ERROR;
  }
}

// Without it the server would neither acknowledge the name nor store it in the session.
int ServerNameTrampoline(SSL* /*ssl*/, int* /*out_alert*/, void* /*unused*/) noexcept {
  return SSL_TLSEXT_ERR_OK;
}

int AlpnTrampoline(SSL* ssl, const unsigned char** out_protocol, unsigned char* out_len,
                   const unsigned char* offered, unsigned int offered_len, void* context) noexcept {
  const Context& server = *static_cast<Context*>(context);
  const std::optional<AlpnAnswer>& answer = Connection::Of(ssl).answers().alpn;
  const ByteView ours = answer ? ByteView(answer->protocols) : server.alpn_protocols();
  const bool needs_overlap = answer ? answer->needs_overlap : server.strict_alpn();
  unsigned char* chosen = nullptr;
  const int outcome = SSL_select_next_proto(
      &chosen, out_len, ours.data(), static_cast<unsigned>(ours.size()), offered, offered_len);
  if (ours.empty()) return SSL_TLSEXT_ERR_NOACK;
  if (outcome != OPENSSL_NPN_NEGOTIATED)
    return needs_overlap ? SSL_TLSEXT_ERR_ALERT_FATAL : SSL_TLSEXT_ERR_NOACK;
  *out_protocol = chosen;
  return SSL_TLSEXT_ERR_OK;
}

int OcspTrampoline(SSL* ssl, void* /*unused*/) noexcept {
  if (SSL_is_server(ssl) == 0) return 1;
  const Bytes& response = Connection::Of(ssl).answers().ocsp_response;
  if (response.empty()) return SSL_TLSEXT_ERR_NOACK;
  // OpenSSL frees the copy.
  openssl::OpensslMemoryPtr<void> copy(OPENSSL_memdup(response.data(), response.size()));
  if (!copy || SSL_set_tlsext_status_ocsp_resp(ssl, copy.get(), response.size()) != 1)
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  [[maybe_unused]] const void* owned_by_ssl = copy.release();
  return SSL_TLSEXT_ERR_OK;
}

int NewSessionTrampoline(SSL* ssl, SSL_SESSION* session) noexcept {
  openssl::SslSessionPtr owner(session);
  try {
    Connection::Of(ssl).new_sessions().Add(std::move(owner));
  } catch (const std::bad_alloc&) {
    return 1;  // the session is not reported, and was freed
  }
  return 1;
}

SSL_SESSION* StoredSessionTrampoline(SSL* ssl, const unsigned char* id, int id_len,
                                     int* out_copy) noexcept {
  SSL_SESSION* const stored = Connection::Of(ssl).answers().session.get();
  if (stored == nullptr) return nullptr;
  unsigned int own_len = 0;
  const unsigned char* own = SSL_SESSION_get_id(stored, &own_len);
  if (!std::ranges::equal(ByteView(own, own_len), ByteView(id, static_cast<size_t>(id_len))))
    return nullptr;
  *out_copy = 1;  // OpenSSL takes a reference of its own
  return stored;
}

int TicketKeyTrampoline(SSL* ssl, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
                        EVP_MAC_CTX* mac, int is_encrypting) noexcept {
  // OpenSSL calls it only for a context that has keys.
  const std::shared_ptr<const TicketKeys>& keys = Connection::Of(ssl).first_context().ticket_keys();
  if (!keys) return 0;
  if (is_encrypting == 1) return keys->Encrypt(name, iv, cipher, mac);
  constexpr int kUse = 1;
  constexpr int kRenew = 2;
  const int use = keys->Decrypt(name, iv, cipher, mac);
  const bool renews = keys->renews() && SSL_version(ssl) == TLS1_3_VERSION;
  return use == kUse && renews ? kRenew : use;
}

void InfoTrampoline(const SSL* ssl, int where, int /*value*/) noexcept {
  if ((where & SSL_CB_HANDSHAKE_START) != 0) Connection::Of(ssl).NoteHandshake();
}

int VerifyPeerTrampoline(X509_STORE_CTX* store_ctx, void* /*unused*/) noexcept {
  try {
    Connection& connection = Connection::Of(SslOf(store_ctx));
    return connection.peer().Verify(store_ctx, connection.checks().verifies) ? 1 : 0;
  } catch (const std::bad_alloc&) {
    X509_STORE_CTX_set_error(store_ctx, X509_V_ERR_OUT_OF_MEM);
    return 0;
  }
}

int VerifyTrampoline(int is_verified, X509_STORE_CTX* store_ctx) noexcept {
  if (is_verified == 1) return 1;
  const SSL* ssl = SslOf(store_ctx);
  // The chain of a revocation list's issuer is verified by a store context of its own.
  if (ssl == nullptr) return 0;
  return Connection::Of(ssl).peer().verification().TakeComplaint(store_ctx) ? 1 : 0;
}

void MessageTrampoline(int is_sent, int version, int content_type, const void* data, size_t len,
                       SSL* ssl, void* /*unused*/) noexcept {
  try {
    const ByteView bytes(static_cast<const uint8_t*>(data), len);
    Connection::Of(ssl).NoteMessage(DescribeMessage(is_sent == 1, version, content_type, bytes));
  } catch (const std::bad_alloc&) {
    return;  // the message is not reported
  }
}

void KeyLogTrampoline(const SSL* ssl, const char* line) noexcept {
  try {
    Connection::Of(ssl).NoteKeys(line);
  } catch (const std::bad_alloc&) {
    return;  // the log lacks a line
  }
}

}  // namespace hermetic::tls
