// The settings that a connection takes over when it goes over to another context (Python:
// SSLSocket.context = other), as sniCallback does. This is the only place that lists them.
//
// Always taken over, because OpenSSL looks them up in the SSL's present context: certificates with
// their keys and signature algorithms, the security level, cipher suites of TLS 1.2, the ALPN
// protocols, the trusted certificates, the client CA names and the hint for pre-shared keys
// (lib/ssl does the same for their callback). The compression of certificates goes with them, as
// long as nothing has been negotiated. Never taken over, because OpenSSL copied them when
// the SSL was made: versions, options, suites of TLS 1.3, groups, tickets, the session cache, and
// whether there are pre-shared keys.
//
// The verify settings were copied as well. A server name that requires client certificates
// therefore silently gets no certificate if the first context does not require one (as in Python).
// TakeVerifySettings applies them, for contexts with that setting. The session id context is made
// again in either case, so that a session made under fewer requirements is not resumed. Distrusted
// and pinned keys of both contexts always hold. The second context's verifier is asked about the
// peer, if it has one.
#include <openssl/ssl.h>

#include <memory>

#include "native/base/error.h"
#include "native/base/result.h"
#include "native/openssl/error.h"
#include "native/openssl/ptr.h"
#include "native/tls/connection/connection.h"
#include "native/tls/context/context.h"

namespace hermetic::tls {

using openssl::CaptureError;

// Later the request for the client's certificate, or its absence, has already been sent.
bool Connection::CanChangeDemands() const {
  return SSL_in_before(native()) == 1 || hello_.is_asking();
}

Status Connection::CheckSwitch(const Context& context) const {
  if (!context.brings_verify_settings()) return Ok();
  if (!CanChangeDemands()) {
    return ValueError(
        "a context with bringsVerifySettings must be set before the handshake or in sniCallback: "
        "afterwards the requirements on the peer are fixed");
  }
  if (!is_server_ && context.trust().check_hostname() && server_hostname_.empty())
    return ValueError("checkHostname requires serverHostname");
  return Ok();
}

Status Connection::UseContext(const std::shared_ptr<Context>& context) {
  const openssl::ErrorScope scope;
  if (context == current_) return Ok();  // it keeps its first certificates
  Status fits = CheckSwitch(*context);
  if (!fits.ok()) return fits;
  if (SSL_set_SSL_CTX(native(), context->native()) == nullptr) {
    return CaptureError("the context could not be used");
  }
  current_ = context;
  certificate_source_.reset();
  Status shown = context->certificates().ApplyTo(native());
  if (!shown.ok()) return shown;
  if (CanChangeDemands()) {
    Status compressed = context->compression().TakeOver(native());
    if (!compressed.ok()) return compressed;
  }
  if (context->brings_verify_settings()) {
    Status taken = TakeVerifySettings();
    if (!taken.ok()) return taken;
  }
  peer_.GoOverTo(context->trust());
  if (!is_server_) return Ok();
  return context->sessions().Apply(native());
}

Status Connection::TakeVerifySettings() {
  SSL_CTX* const ctx = context()->native();
  SSL_set_verify(native(), SSL_CTX_get_verify_mode(ctx), SSL_CTX_get_verify_callback(ctx));
  X509_VERIFY_PARAM* const param = SSL_get0_param(native());
  // Copying flags only adds to those that are set.
  if (X509_VERIFY_PARAM_clear_flags(param, X509_VERIFY_PARAM_get_flags(param)) != 1 ||
      X509_VERIFY_PARAM_set1(param, SSL_CTX_get0_param(ctx)) != 1) {
    return CaptureError("the verify settings could not be used");
  }
  NoteChecks();
  ApplyPostHandshakeAuth();
  return is_server_ ? Ok() : RenewServerHostname();
}

// A client's name was set by the rules of the context before, which also verified its session.
Status Connection::RenewServerHostname() {
  X509_VERIFY_PARAM* const param = SSL_get0_param(native());
  if (X509_VERIFY_PARAM_set1_host(param, nullptr, 0) != 1 ||
      X509_VERIFY_PARAM_set1_ip(param, nullptr, 0) != 1 ||
      SSL_set_session(native(), nullptr) != 1) {
    return CaptureError("the verify settings could not be used");
  }
  return SetServerHostname();
}

}  // namespace hermetic::tls
