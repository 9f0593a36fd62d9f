// Keys that no chain may have, whatever the platform or the application trusts: those of
// authorities that were broken into, and of certificates that were issued wrongly. Platforms take
// them out of their lists late, and applications bring lists of their own.
#pragma once

#include "native/base/bytes.h"

namespace hermetic::trust {

// IsDistrustedKey tells whether the table has the key, by the SHA-256 of its SubjectPublicKeyInfo.
bool IsDistrustedKey(ByteView spki_sha256);

// DistrustedKeys is the whole table, a digest after the other.
ByteView DistrustedKeys();

}  // namespace hermetic::trust
