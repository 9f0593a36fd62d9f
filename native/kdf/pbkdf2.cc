// See pbkdf2.h.
#include "native/kdf/pbkdf2.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "native/base/bytes.h"
#include "native/base/error.h"
#include "native/base/result.h"
#include "native/kdf/digest_shape.h"
#include "native/kdf/evp_hmac.h"
#include "native/kdf/kernel.h"
#include "native/kdf/scratch.h"
#include "native/kdf/selection.h"
#include "native/openssl/error.h"

namespace hermetic::kdf {
namespace {

using openssl::ErrorScope;

constexpr int64_t kMost = 2147483647;  // 2^31-1, for iterations and for bytes

Status CheckRange(int64_t number, const std::string& what) {
  if (number < 1) return ValueError(what + " must be greater than 0.");
  if (number > kMost) return OverflowError(what + " is too great.");
  return Ok();
}

// DeriveByKernels does as many blocks at a time as the processor runs in parallel.
Status DeriveByKernels(const Derivation& derivation, const Selection& selection) {
  Scratch scratch;
  const uint32_t num_blocks = derivation.NumBlocks();
  const size_t num_at_once = std::min<size_t>(selection.plan().NumLanes(), num_blocks);
  const auto blocks = std::make_unique<Block[]>(num_at_once);
  std::array<Stream*, Kernel::kMaxLanes> streams;
  for (size_t i = 0; i < num_at_once; ++i) streams[i] = &blocks[i].stream;
  for (uint32_t done = 0; done < num_blocks;) {
    const size_t num_now = std::min<size_t>(num_at_once, num_blocks - done);
    for (size_t i = 0; i < num_now; ++i) {
      if (Status begun = derivation.Begin(++done, blocks[i]); !begun.ok()) return begun;
    }
    if (blocks[0].num_left > 0)
      selection.plan().Advance(ShapeOf(selection.shape()), {streams.data(), num_now},
                               blocks[0].num_left, scratch);
    for (size_t i = 0; i < num_now; ++i) derivation.Store(blocks[i]);
  }
  return Ok();
}

Status DeriveByEvp(const Derivation& derivation) {
  Block block;
  for (uint32_t index = 1; index <= derivation.NumBlocks(); ++index) {
    if (Status begun = derivation.Begin(index, block); !begun.ok()) return begun;
    if (Status done = derivation.AdvanceByEvp(block, block.num_left); !done.ok()) return done;
    derivation.Store(block);
  }
  return Ok();
}

}  // namespace

Result<size_t> CheckNumbers(const Digest& digest, int64_t iterations,
                            std::optional<int64_t> dklen) {
  if (digest.len == 0) {
    return ValueError("unsupported hash algorithm " + std::string(digest.name) +
                      ": HMAC needs a digest of fixed length");
  }
  const int64_t len = dklen.value_or(static_cast<int64_t>(digest.len));
  if (Status checked = CheckRange(iterations, "iteration value"); !checked.ok()) {
    return checked.error();
  }
  if (Status checked = CheckRange(len, "key length"); !checked.ok()) return checked.error();
  return static_cast<size_t>(len);
}

Block::~Block() { OPENSSL_cleanse(&stream, sizeof stream); }

Derivation::Derivation(const Digest& digest, uint32_t iterations, MutableByteView out)
    : digest_(digest),
      shape_(Selection::IsForcedToEvp() ? std::nullopt : FindShape(digest.md)),
      iterations_(iterations),
      out_(out) {}

uint32_t Derivation::NumBlocks() const {
  return static_cast<uint32_t>((out_.size() + digest_.len - 1) / digest_.len);
}

Status Derivation::Prepare(ByteView password, ByteView salt) {
  if (shape_.has_value()) {
    state_.emplace(*shape_, password, salt);
    return Ok();
  }
  const ErrorScope scope;
  Result<std::unique_ptr<EvpHmac>> made = EvpHmac::Make(digest_.md, password, salt);
  if (!made.ok()) return made.error();
  evp_ = std::move(*made);
  return Ok();
}

Status Derivation::Begin(uint32_t index, Block& block) const {
  block.index = index;
  block.num_left = iterations_ - 1;
  block.is_begun = true;
  if (state_.has_value()) {
    state_->Begin(index, block.stream);
    return Ok();
  }
  const ErrorScope scope;
  return evp_->Begin(index, block.stream);
}

Status Derivation::AdvanceByEvp(Block& block, uint32_t num_iterations) const {
  const ErrorScope scope;
  return evp_->Advance(block.stream, num_iterations);
}

void Derivation::Store(const Block& block) const {
  const size_t offset = (block.index - 1) * digest_.len;
  const MutableByteView place = out_.subspan(offset, std::min(digest_.len, out_.size() - offset));
  if (state_.has_value()) {
    state_->StoreBlock(block.stream, place);
  } else {
    evp_->StoreBlock(block.stream, place);
  }
}

Status DeriveNow(const Digest& digest, ByteView password, ByteView salt, uint32_t iterations,
                 MutableByteView out) {
  Derivation derivation(digest, iterations, out);
  if (Status prepared = derivation.Prepare(password, salt); !prepared.ok()) return prepared;
  const std::optional<ShapeId> shape = derivation.shape();
  if (!shape.has_value()) return DeriveByEvp(derivation);
  const Selection* const selection = Selection::Of(*shape);
  if (selection == nullptr) return Selection::NoKernel();
  return DeriveByKernels(derivation, *selection);
}

}  // namespace hermetic::kdf
