// Sessions as bytes that a client can store, and other processes resume.
#pragma once

#include <memory>

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/openssl/ptr.h"
#include "native/openssl/secure_bytes.h"
#include "native/tls/context/context.h"
#include "native/tls/session/session.h"

namespace hermetic::tls {

// EncodeSession returns OpenSSL's own form of a session, with its secrets, and DecodeSession reads
// it. Bytes that are not a session that can be resumed are a value error.
Result<openssl::SecureBytes> EncodeSession(const SSL_SESSION* session);
Result<openssl::SslSessionPtr> DecodeSession(ByteView der);

// SerializeSession returns the session with all that decides who may resume it: the server's name,
// the checks made, and the fingerprint of its context. The bytes contain its secrets. A session
// that cannot be resumed is a state error.
Result<openssl::SecureBytes> SerializeSession(const Session& session);

// DeserializeSession returns the session for `context`, whose fingerprint must equal that of the
// session's context. Bytes of any other kind, damaged bytes, and an expired session are value
// errors.
Result<std::unique_ptr<Session>> DeserializeSession(ByteView bytes,
                                                    const std::shared_ptr<Context>& context);

}  // namespace hermetic::tls
