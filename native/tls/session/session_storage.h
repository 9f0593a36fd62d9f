// Sessions as bytes that a client can store, and other processes resume.
#pragma once

#include <memory>

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/openssl/secure_bytes.h"
#include "native/tls/context/context.h"
#include "native/tls/session/session.h"

namespace hermetic::tls {

// SerializeSession gives the session with all that decides who may resume it: the server's name,
// what was verified, and the fingerprint of its context. The bytes hold its secrets. A session that
// nobody can resume is a state error.
Result<openssl::SecureBytes> SerializeSession(const Session& session);

// DeserializeSession gives the session as one of `context`, whose fingerprint must be that of the
// context before. Bytes of any other kind, damaged ones, and a session past its time are value
// errors.
Result<std::unique_ptr<Session>> DeserializeSession(ByteView bytes,
                                                    const std::shared_ptr<Context>& context);

}  // namespace hermetic::tls
