// An HMAC in progress (RFC 2104): Python's hmac objects.
#pragma once

#include <openssl/evp.h>

#include <cstddef>

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/digest/algorithms.h"
#include "native/openssl/ptr.h"

namespace hermetic::digest {

class Mac {
 public:
  // Start begins an HMAC. The key is used before Start returns; OpenSSL keeps its padded form and
  // wipes it. Fails with kValue for a digest without fixed length (SHAKE).
  static Result<Mac> Start(const Algorithm& algorithm, ByteView key);

  Status Update(ByteView data);

  // Digest writes the code of the data so far; the HMAC can continue afterwards. `out` has
  // algorithm().digest_len bytes; any other length is refused with kValue.
  Status Digest(MutableByteView out) const;

  Result<Mac> Copy() const;

  const Algorithm& algorithm() const { return *algorithm_; }

 private:
  Mac(const Algorithm& algorithm, openssl::MacCtxPtr context);

  const Algorithm* algorithm_;
  openssl::MacCtxPtr context_;
};

}  // namespace hermetic::digest
