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

// DigestOnce writes the digest of `data` in one step: as many bytes as Hash::Digest does.
Status DigestOnce(const Algorithm& algorithm, ByteView data, MutableByteView out);

class Hash {
 public:
  // Start begins a hash. `digest_len`, for BLAKE2 only, asks for a shorter output (1 byte up to the
  // algorithm's own length); fails with kValue for any other length and kNotImplemented when this
  // OpenSSL cannot set it.
  static Result<Hash> Start(const Algorithm& algorithm, std::optional<int64_t> digest_len);

  // StartBlake2 begins a BLAKE2 that has more parameters than its length; `algorithm` is the plain
  // one of that kind. Fails as Blake2::Start does, and with kValue for any other algorithm.
  static Result<Hash> StartBlake2(const Algorithm& algorithm, const Blake2Parameters& parameters);

  Status Update(ByteView data);

  // Digest writes the digest of what was given so far, which can go on afterwards: digest_len()
  // bytes, or as many as `out` has room for when the algorithm is an XOF. `out` of any other length
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
