// The input of OpenSSL's PEM and DER readers.
#pragma once

#include <openssl/bio.h>

#include <climits>

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/openssl/error.h"
#include "native/openssl/ptr.h"

namespace hermetic::openssl {

// MemoryOf returns a BIO that reads `bytes`, which must outlive it.
inline Result<BioPtr> MemoryOf(ByteView bytes) {
  if (bytes.size() > INT_MAX) return OverflowError("the data is longer than 2147483647 bytes");
  // OpenSSL does not accept a null pointer, which an empty view may have.
  BioPtr bio(BIO_new_mem_buf(bytes.empty() ? "" : static_cast<const void*>(bytes.data()),
                             static_cast<int>(bytes.size())));
  if (!bio) return CaptureError("out of memory");
  return bio;
}

// RefusePassword is the password callback for input that must not be encrypted: OpenSSL's default
// is to ask at the terminal.
inline int RefusePassword(char* /*buffer*/, int /*size*/, int /*is_write*/,
                          void* /*data*/) noexcept {
  return -1;
}

}  // namespace hermetic::openssl
