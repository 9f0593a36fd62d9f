// scrypt (RFC 7914): Python's hashlib.scrypt. OpenSSL computes it, on one thread and in one piece.
#pragma once

#include <cstdint>

#include "native/base/bytes.h"
#include "native/base/result.h"

namespace hermetic::kdf {

// ScryptCost is the parameters, as wide as users can make them until CheckScrypt has seen them.
struct ScryptCost {
  int64_t n = 0;  // a power of two
  int64_t r = 0;
  int64_t p = 0;
  int64_t max_memory = 0;  // bytes; 0 for Python's limit of 32 MiB
};

// CheckScrypt applies Python's limits and RFC 7914's. Fails with kValue, and says how much memory
// the parameters need when `max_memory` does not allow it.
Status CheckScrypt(const ScryptCost& cost, int64_t dklen);

// DeriveScrypt fills `out`, at least one byte. Checks again. Fails with kSystem, ENOMEM, when there
// is not enough memory. Any thread.
Status DeriveScrypt(const ScryptCost& cost, ByteView password, ByteView salt, MutableByteView out);

}  // namespace hermetic::kdf
