// PBKDF2 with HMAC (RFC 8018 section 5.2): Python's hashlib.pbkdf2_hmac. Checks the numbers, and
// divides the output into blocks, which are made independently of each other.
#pragma once

#include <openssl/evp.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/kdf/digest_shape.h"
#include "native/kdf/evp_hmac.h"
#include "native/kdf/hmac_state.h"
#include "native/kdf/kernel.h"

namespace hermetic::kdf {

// Digest holds the properties of a hash that PBKDF2 needs. `md` outlives the derivation.
struct Digest {
  const EVP_MD* md;
  std::string_view name;
  size_t len;  // 0 if the length is not fixed
};

// CheckNumbers applies Python's limits: 1 to 2^31-1 iterations, 1 to 2^31-1 bytes (by default the
// digest's length). Returns the length of the output. Fails with kValue below the range or for a
// digest that HMAC cannot use, and with kOverflow above the range.
Result<size_t> CheckNumbers(const Digest& digest, int64_t iterations, std::optional<int64_t> dklen);

// Block is one block of output in progress.
struct Block {
  Block() = default;
  ~Block();  // wipes
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;

  uint32_t index = 0;  // 1 for the first
  bool is_begun = false;
  uint32_t num_left = 0;  // iterations still to be done, after it has begun
  Stream stream;
};

// Derivation is one output, and the key that its blocks share.
class Derivation {
 public:
  // CheckNumbers must have accepted the numbers. `out` outlives the derivation.
  Derivation(const Digest& digest, uint32_t iterations, MutableByteView out);

  // Returns nothing if the blocks go through EVP. Only one thread at a time may then begin or
  // advance a block.
  std::optional<ShapeId> shape() const { return shape_; }
  uint32_t iterations() const { return iterations_; }
  uint32_t NumBlocks() const;

  // Prepare is called first. It absorbs password and salt, which are not needed afterwards.
  Status Prepare(ByteView password, ByteView salt);

  // Begin does the first iteration of block `index`.
  Status Begin(uint32_t index, Block& block) const;

  // AdvanceByEvp does iterations of a block without a shape.
  Status AdvanceByEvp(Block& block, uint32_t num_iterations) const;

  // Store writes a finished block to its place in the output.
  void Store(const Block& block) const;

 private:
  Digest digest_;
  std::optional<ShapeId> shape_;
  uint32_t iterations_;
  MutableByteView out_;
  std::optional<HmacState> state_;
  std::unique_ptr<EvpHmac> evp_;
};

// DeriveNow fills `out` on the calling thread, with several blocks in parallel.
Status DeriveNow(const Digest& digest, ByteView password, ByteView salt, uint32_t iterations,
                 MutableByteView out);

}  // namespace hermetic::kdf
