// Keys that a chain must not contain, whatever the platform or the application trusts: keys of
// authorities that were compromised, and of certificates that were issued wrongly. Platforms remove
// them from their lists late, and applications bring their own lists.
#pragma once

#include "native/base/bytes.h"

namespace hermetic::trust {

// IsDistrustedKey returns whether the table has the key with this SHA-256 of the
// SubjectPublicKeyInfo.
bool IsDistrustedKey(ByteView spki_sha256);

// DistrustedKeys returns the whole table, as concatenated digests.
ByteView DistrustedKeys();

}  // namespace hermetic::trust
