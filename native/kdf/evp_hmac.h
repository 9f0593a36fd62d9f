// HMAC for the iterations of PBKDF2 with any digest of OpenSSL, through EVP: one stream, with two
// compressions and two copies of a context per iteration, without HMAC's set-up. It is for digests
// that no kernel computes.
#pragma once

#include <openssl/evp.h>

#include <cstddef>
#include <cstdint>
#include <memory>

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/kdf/kernel.h"
#include "native/openssl/ptr.h"

namespace hermetic::kdf {

// EvpHmac holds the state of a password and a salt. It is as secret as the password; OpenSSL wipes
// the contexts. One thread uses it at a time. A Stream's `u` and `t` hold the digest as bytes.
class EvpHmac {
 public:
  // Make absorbs password and salt, which are not needed afterwards. `md` outlives the object.
  static Result<std::unique_ptr<EvpHmac>> Make(const EVP_MD* md, ByteView password, ByteView salt);

  // Begin does the first iteration of block `index` (1 for the first block).
  Status Begin(uint32_t index, Stream& stream);

  // Advance does `num_iterations` iterations of the block.
  Status Advance(Stream& stream, uint32_t num_iterations);

  // StoreBlock writes the first `out.size()` bytes of a finished block.
  void StoreBlock(const Stream& stream, MutableByteView out) const;

 private:
  EvpHmac() = default;
  bool Start(const EVP_MD* md, ByteView password, ByteView salt);
  bool Hmac(const EVP_MD_CTX* start, ByteView message, uint8_t* out);

  openssl::MdCtxPtr inner_{EVP_MD_CTX_new()};   // after the key and the inner pad
  openssl::MdCtxPtr salted_{EVP_MD_CTX_new()};  // `inner_` after the salt
  openssl::MdCtxPtr outer_{EVP_MD_CTX_new()};   // after the key and the outer pad
  openssl::MdCtxPtr scratch_{EVP_MD_CTX_new()};
  size_t digest_len_ = 0;
};

}  // namespace hermetic::kdf
