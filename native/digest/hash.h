// A hash in progress: Python's hashlib objects.
#pragma once

#include <openssl/evp.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/digest/algorithms.h"
#include "native/digest/blake2.h"
#include "native/openssl/ptr.h"

namespace hermetic::digest {

// DigestOnce writes the digest of `data` in one step, with as many bytes as Hash::Digest.
Status DigestOnce(const Algorithm& algorithm, ByteView data, MutableByteView out);

class Hash {
 public:
  // Start begins a hash. `digest_len`, for BLAKE2 only, requests a shorter output (1 byte up to the
  // algorithm's own length). Fails with kValue for any other length and kNotImplemented if this
  // OpenSSL cannot set it.
  static Result<Hash> Start(const Algorithm& algorithm, std::optional<int64_t> digest_len);

  // StartBlake2 begins a BLAKE2 that has more parameters than its length; `algorithm` is the plain
  // algorithm of that kind. Fails like Blake2::Start, and with kValue for any other algorithm.
  static Result<Hash> StartBlake2(const Algorithm& algorithm, const Blake2Parameters& parameters);

  Status Update(ByteView data);

  // Digest writes the digest of the data so far; the hash can continue afterwards. It writes
  // digest_len() bytes, or for an XOF as many as `out` has room for. An `out` of any other length
  // is refused with kValue.
  Status Digest(MutableByteView out) const;

  Result<Hash> Copy() const;

  const Algorithm& algorithm() const { return *algorithm_; }
  size_t digest_len() const { return digest_len_; }

 private:
  using State = std::variant<openssl::MdCtxPtr, Blake2>;
  Hash(const Algorithm& algorithm, size_t digest_len, State state);
  Status DigestByEvp(const EVP_MD_CTX* context, MutableByteView out) const;

  const Algorithm* algorithm_;
  size_t digest_len_;
  State state_;
};

}  // namespace hermetic::digest
