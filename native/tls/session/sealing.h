// Encryption of what a store of other machines keeps: sessions and the keys of tickets.
#pragma once

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/openssl/secure_bytes.h"

namespace hermetic::tls {

inline constexpr size_t kSealKeyLen = 32;

// Seal returns a random salt of 32 bytes, the encrypted bytes and a tag of 16 bytes. Each call
// encrypts with AES-256-GCM under a key of its own, HMAC-SHA256(key, salt), with a nonce of zeros,
// so that any number of machines may use one key. `about` is authenticated too. A key of another
// length than 32 bytes is a value error.
Result<Bytes> Seal(ByteView key, ByteView about, ByteView bytes);

// OpenSealed returns the bytes, or a value error if they were not sealed with that key and `about`.
Result<openssl::SecureBytes> OpenSealed(ByteView key, ByteView about, ByteView sealed);

}  // namespace hermetic::tls
