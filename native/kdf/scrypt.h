// scrypt (RFC 7914): Python's hashlib.scrypt. OpenSSL computes it on one thread, without
// interruption.
#pragma once

#include <cstdint>

#include "native/base/bytes.h"
#include "native/base/result.h"

namespace hermetic::kdf {

// ScryptCost holds the parameters, in types wide enough for unchecked user values. CheckScrypt
// checks them.
struct ScryptCost {
  int64_t n = 0;  // a power of two
  int64_t r = 0;
  int64_t p = 0;
  int64_t max_memory = 0;  // bytes; 0 for Python's limit of 32 MiB
};

// CheckScrypt applies Python's limits and RFC 7914's. Fails with kValue, and reports the memory
// needed if `max_memory` does not allow it.
Status CheckScrypt(const ScryptCost& cost, int64_t dklen);

// DeriveScrypt fills `out`, at least one byte. It checks the parameters again. Fails with kSystem,
// ENOMEM, if there is not enough memory. Any thread.
Status DeriveScrypt(const ScryptCost& cost, ByteView password, ByteView salt, MutableByteView out);

}  // namespace hermetic::kdf
