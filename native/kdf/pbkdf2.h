// PBKDF2 with HMAC (RFC 8018 section 5.2): Python's hashlib.pbkdf2_hmac. Checks the numbers, and
// splits the output into blocks for an engine; the thread that calls Advance does the work.
#pragma once

#include <openssl/evp.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "native/kdf/engine.h"
#include "native/openssl/bytes.h"
#include "native/openssl/result.h"

namespace hermetic::kdf {

// Digest is what PBKDF2 needs to know of a hash. `md` outlives the derivation.
struct Digest {
  const EVP_MD* md;
  std::string_view name;
  size_t len;  // 0: no fixed length
};

// CheckNumbers applies Python's limits: 1 to 2^31-1 iterations, 1 to 2^31-1 bytes (by default as
// many as the digest has). Gives the length of the output; fails with kValue below the range or for
// a digest that HMAC cannot use, and with kOverflow above it.
openssl::Result<size_t> CheckNumbers(const Digest& digest, int64_t iterations,
                                     std::optional<int64_t> dklen);

// Derivation fills one output. It can be left at any point and is wiped when destroyed; the output
// is the caller's.
class Derivation {
 public:
  // Start needs numbers that CheckNumbers has seen; `out` outlives the derivation. Password and
  // salt are read before it returns.
  static openssl::Result<Derivation> Start(const Digest& digest, openssl::ByteView password,
                                           openssl::ByteView salt, uint32_t iterations,
                                           openssl::MutableByteView out);

  // Advance does about `num_iterations` iterations, fewer when the derivation is done before.
  openssl::Status Advance(uint32_t num_iterations);

  bool IsDone() const { return out_.empty(); }

 private:
  Derivation(const Engine& engine, std::unique_ptr<Key> key, uint32_t iterations,
             openssl::MutableByteView out);
  void TakeBlock();

  const Engine* engine_;
  std::unique_ptr<Key> key_;
  uint32_t iterations_;
  Block block_;
  openssl::MutableByteView out_;  // what is still to be filled
};

}  // namespace hermetic::kdf
