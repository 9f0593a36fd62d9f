// HMAC (RFC 2104) of one password in the form that kernels need: the two states after the padded
// password, and the first iteration of each block.
#pragma once

#include <openssl/sha.h>

#include <cstdint>

#include "native/base/bytes.h"
#include "native/kdf/digest_shape.h"
#include "native/kdf/kernel.h"

namespace hermetic::kdf {

// HmacState is as secret as the password, so its destructor wipes it.
class HmacState {
 public:
  // Absorbs password and salt, which are not needed afterwards. The cost grows with their length.
  HmacState(ShapeId shape, ByteView password, ByteView salt);
  ~HmacState();
  HmacState(const HmacState&) = delete;
  HmacState& operator=(const HmacState&) = delete;

  // Begin does the first iteration of block `index` (1 for the first block). Safe from several
  // threads.
  void Begin(uint32_t index, Stream& stream) const;

  // StoreBlock writes the first `out.size()` bytes of a finished block.
  void StoreBlock(const Stream& stream, MutableByteView out) const;

 private:
  ShapeId shape_;
  uint64_t inner_[8] = {};
  uint64_t outer_[8] = {};
  union {  // after the inner pad and the salt
    SHA_CTX sha1;
    SHA256_CTX sha256;
    SHA512_CTX sha512;
  } salted_;
};

}  // namespace hermetic::kdf
