// See pbkdf2.h.
#include "native/kdf/pbkdf2.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "native/kdf/engine.h"

namespace hermetic::kdf {
namespace {

using openssl::MutableByteView;
using openssl::Ok;
using openssl::Result;
using openssl::Status;

constexpr int64_t kMost = 2147483647;  // 2^31-1, for iterations and for bytes

Status CheckRange(int64_t number, const std::string& what) {
  if (number < 1) return openssl::ValueError(what + " must be greater than 0.");
  if (number > kMost) return openssl::OverflowError(what + " is too great.");
  return Ok();
}

}  // namespace

Result<size_t> CheckNumbers(const Digest& digest, int64_t iterations,
                            std::optional<int64_t> dklen) {
  if (digest.len == 0) {
    return openssl::ValueError("unsupported hash algorithm " + std::string(digest.name) +
                               ": HMAC needs a digest of fixed length");
  }
  const int64_t len = dklen.value_or(static_cast<int64_t>(digest.len));
  if (Status checked = CheckRange(iterations, "iteration value"); !checked.ok()) {
    return checked.error();
  }
  if (Status checked = CheckRange(len, "key length"); !checked.ok()) return checked.error();
  return static_cast<size_t>(len);
}

Derivation::Derivation(const Engine& engine, std::unique_ptr<Key> key, uint32_t iterations,
                       MutableByteView out)
    : engine_(&engine), key_(std::move(key)), iterations_(iterations), out_(out) {}

Result<Derivation> Derivation::Start(const Digest& digest, openssl::ByteView password,
                                     openssl::ByteView salt, uint32_t iterations,
                                     MutableByteView out) {
  const Engine& engine = EvpEngine();
  Result<std::unique_ptr<Key>> key = engine.Prepare(digest.md, password, salt);
  if (!key.ok()) return key.error();
  return Derivation(engine, std::move(*key), iterations, out);
}

Status Derivation::Advance(uint32_t num_iterations) {
  const Lane lane = {key_.get(), &block_};
  while (num_iterations > 0 && !IsDone()) {
    if (block_.num_left == 0) {
      if (Status begun = engine_->Begin(lane, block_.index + 1, iterations_); !begun.ok()) {
        return begun;
      }
      --num_iterations;
    }
    const uint32_t num_now = std::min(num_iterations, block_.num_left);
    if (Status advanced = engine_->Advance({&lane, 1}, num_now); !advanced.ok()) return advanced;
    num_iterations -= num_now;
    if (block_.num_left == 0) TakeBlock();
  }
  return Ok();
}

void Derivation::TakeBlock() {
  const size_t len = std::min(out_.size(), block_.t.size());
  std::copy_n(block_.t.begin(), len, out_.begin());
  out_ = out_.subspan(len);
}

}  // namespace hermetic::kdf
