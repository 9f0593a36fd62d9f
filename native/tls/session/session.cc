// See session.h.
#include "native/tls/session/session.h"

#include <memory>
#include <utility>
#include <vector>

#include "native/base/bytes.h"
#include "native/base/error.h"
#include "native/base/result.h"
#include "native/openssl/error.h"
#include "native/tls/certificates/key_rules.h"
#include "native/tls/connection/connection.h"
#include "native/tls/context/context.h"
#include "native/tls/context/session_binding.h"

namespace hermetic::tls {

using openssl::CaptureError;

namespace {

PeerChecks ChecksMade(const Connection& connection) {
  PeerChecks checks = connection.checks();
  const bool has_shown = SSL_get0_peer_certificate(connection.native()) != nullptr;
  checks.was_overridden = has_shown && SSL_get_verify_result(connection.native()) != X509_V_OK;
  checks.keys = connection.peer().demands().first();
  checks.observes = connection.peer().observes();
  checks.verifier = connection.peer().verifier();
  checks.verifies = checks.verifies && has_shown;
  checks.matches_name = checks.matches_name && has_shown;
  return checks;
}

// Before the handshake is done nothing was checked. A session made under two contexts belongs to
// neither.
bool MayGiveSessions(const Connection& connection) {
  const bool has_two_owners = !connection.is_server() && connection.HasSwitchedContext();
  return connection.IsHandshakeDone() && !has_two_owners && !connection.peer().awaits_acceptance();
}

// Flags that let more chains pass; all others are requirements.
constexpr unsigned long kConcessions = X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_ALLOW_PROXY_CERTS |
                                       X509_V_FLAG_IGNORE_CRITICAL | X509_V_FLAG_NO_CHECK_TIME;

// HasSameLists returns whether the revocation lists are the same as for `made`.
Result<bool> HasSameLists(const VerifySettings& made, Context* context) {
  if (&made == context->sessions().settings().get()) return true;
  Result<Bytes> then = context->sessions().RevocationListsOf(made);
  if (!then.ok()) return then.error();
  Result<Bytes> now = context->sessions().RevocationListsOf(*context->sessions().settings());
  if (!now.ok()) return now.error();
  return *then == *now && !then->empty();
}

// VerifiedLess returns whether the connection requires something of the peer that `made` did not.
Result<bool> VerifiedLess(const PeerChecks& made, const Connection& connection) {
  const PeerChecks& now = connection.checks();
  if (!connection.peer().demands().AreKept(made.keys, made.verifies, now.verifies)) return true;
  const unsigned long demanded = now.flags & ~kConcessions;
  const unsigned long conceded = made.flags & kConcessions;
  if ((demanded & ~made.flags) != 0 || (conceded & ~now.flags) != 0) return true;
  if (now.verifies && !made.verifies) return true;
  if (now.matches_name &&
      (!made.matches_name || (made.matches_common_name && !now.matches_common_name)))
    return true;
  // A connection that observes its peer takes over the verdict of the session: it must have been
  // found in the same way.
  const bool observes = connection.peer().observes();
  if (observes && !made.observes && !made.verifies) return true;
  if (!now.verifies && !observes) return false;
  if (made.security_level < now.security_level || made.depth > now.depth) return true;
  if (made.sigalgs != now.sigalgs) return true;
  Result<bool> has_same_lists = HasSameLists(*made.settings, connection.context().get());
  if (!has_same_lists.ok()) return has_same_lists.error();
  return !*has_same_lists;
}

}  // namespace

Session::Session(openssl::SslSessionPtr session, const Connection& connection)
    : Session(std::move(session), connection.context(), connection.server_hostname(),
              ChecksMade(connection)) {
  is_server_ = connection.is_server();
}

SessionFields Session::Fields() const {
  SessionFields fields;
  unsigned int id_len = 0;
  const unsigned char* id = SSL_SESSION_get_id(native(), &id_len);
  fields.id.assign(id, id + id_len);
  fields.time = SSL_SESSION_get_time_ex(native());
  fields.timeout = SSL_SESSION_get_timeout(native());
  fields.ticket_lifetime_hint = SSL_SESSION_get_ticket_lifetime_hint(native());
  fields.has_ticket = SSL_SESSION_has_ticket(native()) == 1;
  return fields;
}

SessionStats CountSessions(const Context& context) {
  SSL_CTX* const ctx = context.native();
  SessionStats stats;
  stats.number = SSL_CTX_sess_number(ctx);
  stats.connect = SSL_CTX_sess_connect(ctx);
  stats.connect_good = SSL_CTX_sess_connect_good(ctx);
  stats.connect_renegotiate = SSL_CTX_sess_connect_renegotiate(ctx);
  stats.accept = SSL_CTX_sess_accept(ctx);
  stats.accept_good = SSL_CTX_sess_accept_good(ctx);
  stats.accept_renegotiate = SSL_CTX_sess_accept_renegotiate(ctx);
  stats.hits = SSL_CTX_sess_hits(ctx);
  stats.misses = SSL_CTX_sess_misses(ctx);
  stats.timeouts = SSL_CTX_sess_timeouts(ctx);
  stats.cache_full = SSL_CTX_sess_cache_full(ctx);
  return stats;
}

std::vector<std::unique_ptr<Session>> TakeSessions(Connection* connection) {
  std::vector<std::unique_ptr<Session>> taken;
  if (!MayGiveSessions(*connection)) return taken;
  for (openssl::SslSessionPtr& session : connection->new_sessions().TakeAll())
    taken.push_back(std::make_unique<Session>(std::move(session), *connection));
  return taken;
}

std::unique_ptr<Session> CurrentSession(const Connection& connection) {
  if (!MayGiveSessions(connection)) return nullptr;
  openssl::SslSessionPtr session(SSL_get1_session(connection.native()));
  if (!session) return nullptr;
  return std::make_unique<Session>(std::move(session), connection);
}

bool IsResumed(const Connection& connection) {
  return SSL_session_reused(connection.native()) == 1;
}

Status ResumeSession(Connection* connection, const Session& session) {
  const openssl::ErrorScope scope;
  if (session.context() != connection->context()) {
    return ValueError("Session refers to a different SSLContext.");
  }
  if (connection->is_server()) {
    return ValueError("Cannot set session for server-side SSLSocket.");
  }
  if (SSL_in_before(connection->native()) != 1) {
    return ValueError("Cannot set session after handshake.");
  }
  if (session.is_server()) {
    return ValueError("Session was made as a server; only a client's can be resumed.");
  }
  if (connection->context()->trust().check_hostname() &&
      session.server_hostname() != connection->server_hostname()) {
    return ValueError("Session was made with the server '" + session.server_hostname() +
                      "', not with '" + connection->server_hostname() + "'.");
  }
  if (connection->checks().verifies && SSL_SESSION_get0_peer(session.native()) == nullptr) {
    return ValueError("Session was made with a pre-shared key; the context demands a certificate.");
  }
  Result<bool> verified_less = VerifiedLess(session.checks(), *connection);
  if (!verified_less.ok()) return verified_less.error();
  if (*verified_less) {
    return ValueError("Session was made when the context verified less than it does now.");
  }
  // Resumption does not ask the application about the peer. A verifier that has not been asked must
  // be asked, so its connection cannot resume the session; and a peer that one verifier accepted in
  // spite of a failure is not accepted for another.
  const bool is_same_verifier = session.checks().verifier == connection->peer().verifier();
  const bool needs_it = connection->peer().asks() ||
                        (connection->checks().verifies && session.checks().was_overridden);
  if (needs_it && !is_same_verifier) {
    return ValueError(
        "Session was made under another verifyCallback, or was stored: connect without it.");
  }
  if (SSL_set_session(connection->native(), session.native()) != 1) {
    return CaptureError("the session could not be set");
  }
  return Ok();
}

}  // namespace hermetic::tls
