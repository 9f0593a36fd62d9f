// Sessions that a client may resume (Python: ssl.SSLSession).
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/openssl/ptr.h"
#include "native/tls/connection/connection.h"

namespace hermetic::tls {

struct SessionFields {
  Bytes id;
  int64_t time = 0;     // when it was made, in seconds since 1970
  int64_t timeout = 0;  // lifetime in seconds
  uint64_t ticket_lifetime_hint = 0;
  bool has_ticket = false;
};

// Session is one session with the context that it belongs to and the server name that was
// authenticated. Resumption checks no certificate, so the session must not be resumed under another
// context or name, or by a connection that verifies more than the first one did.
class Session {
 public:
  Session(openssl::SslSessionPtr session, const Connection& connection);
  // Makes a session that a client stored.
  Session(openssl::SslSessionPtr session, std::shared_ptr<Context> context,
          std::string server_hostname, PeerChecks checks)
      : session_(std::move(session)),
        context_(std::move(context)),
        server_hostname_(std::move(server_hostname)),
        checks_(std::move(checks)) {}
  SSL_SESSION* native() const { return session_.get(); }
  const std::shared_ptr<Context>& context() const { return context_; }
  const std::string& server_hostname() const { return server_hostname_; }
  // The checks made by the connection that created the session: no certificate and no name if the
  // peer used a pre-shared key in place of a certificate.
  const PeerChecks& checks() const { return checks_; }
  // Whether it was made by the server's end of the connection.
  bool is_server() const { return is_server_; }
  SessionFields Fields() const;

 private:
  openssl::SslSessionPtr session_;
  std::shared_ptr<Context> context_;
  std::string server_hostname_;
  PeerChecks checks_;
  bool is_server_ = false;
};

// OpenSSL's counters of a context's sessions.
struct SessionStats {
  int64_t number = 0;
  int64_t connect = 0;
  int64_t connect_good = 0;
  int64_t connect_renegotiate = 0;
  int64_t accept = 0;
  int64_t accept_good = 0;
  int64_t accept_renegotiate = 0;
  int64_t hits = 0;
  int64_t misses = 0;
  int64_t timeouts = 0;
  int64_t cache_full = 0;
};

SessionStats CountSessions(const Context& context);

// CurrentSession returns the connection's session, or null if it has no session (yet).
std::unique_ptr<Session> CurrentSession(const Connection& connection);
// TakeSessions returns the sessions since the last call, of a connection whose context stores
// sessions, oldest first. The list is empty before the handshake is done and the peer accepted.
std::vector<std::unique_ptr<Session>> TakeSessions(Connection* connection);
bool IsResumed(const Connection& connection);
// ResumeSession makes the handshake offer `session`. The handshake must not have begun.
Status ResumeSession(Connection* connection, const Session& session);

}  // namespace hermetic::tls
