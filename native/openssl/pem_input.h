// What OpenSSL's PEM and DER readers are given.
#pragma once

#include <openssl/bio.h>

#include <climits>

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/openssl/error.h"
#include "native/openssl/ptr.h"

namespace hermetic::openssl {

// MemoryOf is a BIO that reads `bytes`, which must outlive it.
inline Result<BioPtr> MemoryOf(ByteView bytes) {
  if (bytes.size() > INT_MAX) return OverflowError("the data is longer than 2147483647 bytes");
  // OpenSSL takes no null pointer, which is where an empty view may point.
  BioPtr bio(BIO_new_mem_buf(bytes.empty() ? "" : static_cast<const void*>(bytes.data()),
                             static_cast<int>(bytes.size())));
  if (!bio) return CaptureError("out of memory");
  return bio;
}

// RefusePassword is the password callback of what must not be encrypted: OpenSSL's own way would be
// to ask at the terminal.
inline int RefusePassword(char* /*buffer*/, int /*size*/, int /*is_write*/,
                          void* /*data*/) noexcept {
  return -1;
}

}  // namespace hermetic::openssl
