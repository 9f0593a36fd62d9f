// See blake2.h.
#include "native/digest/blake2.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <variant>

#include "native/base/bytes.h"
#include "native/base/error.h"
#include "native/base/result.h"
#include "native/digest/openssl_blake2.h"

namespace hermetic::digest {
namespace {

// Limits of one kind, in bytes: the digest and the key, salt and personalization, the offset.
struct Limits {
  const char* name;
  int64_t digest_len;
  size_t salt_len;
  size_t offset_len;
};
constexpr Limits kLimits2b = {"blake2b", 64, 16, 8};
constexpr Limits kLimits2s = {"blake2s", 32, 8, 6};

const Limits& LimitsOf(Blake2::Kind kind) {
  return kind == Blake2::Kind::k2b ? kLimits2b : kLimits2s;
}

std::optional<Error> CheckLen(const char* what, ByteView bytes, size_t most) {
  if (bytes.size() <= most) return std::nullopt;
  return ValueError("maximum " + std::string(what) + " length is " + std::to_string(most) +
                    " bytes, got " + std::to_string(bytes.size()));
}

std::optional<Error> CheckRange(const char* what, int64_t number, int64_t least, int64_t most) {
  if (number >= least && number <= most) return std::nullopt;
  std::string message = "'";
  message.append(what).append("' must be between ").append(std::to_string(least));
  message.append(" and ").append(std::to_string(most));
  return ValueError(message.append(", got ").append(std::to_string(number)));
}

std::optional<Error> CheckDigestLen(const Limits& limits, int64_t digest_len) {
  if (digest_len >= 1 && digest_len <= limits.digest_len) return std::nullopt;
  return ValueError("digestSize for " + std::string(limits.name) + " must be between 1 and " +
                    std::to_string(limits.digest_len) + " bytes, got " +
                    std::to_string(digest_len));
}

std::optional<Error> CheckLeafLen(int64_t leaf_len) {
  if (leaf_len < 0) return ValueError("'leafSize' cannot be negative");
  if (leaf_len <= std::numeric_limits<uint32_t>::max()) return std::nullopt;
  return OverflowError("'leafSize' is too large: at most 2^32-1");
}

std::optional<Error> CheckOffset(const Limits& limits, uint64_t offset) {
  if (limits.offset_len == sizeof(offset) || offset >> (8 * limits.offset_len) == 0)
    return std::nullopt;
  return OverflowError("'nodeOffset' of " + std::string(limits.name) +
                       " is too large: at most 2^48-1");
}

std::optional<Error> Check(const Limits& limits, const Blake2Parameters& p) {
  const std::array<std::optional<Error>, 10> checks = {
      CheckDigestLen(limits, p.digest_len),
      CheckLen("key", p.key, static_cast<size_t>(limits.digest_len)),
      CheckLen("salt", p.salt, limits.salt_len),
      CheckLen("person", p.person, limits.salt_len),
      CheckRange("fanout", p.fanout, 0, UINT8_MAX),
      CheckRange("depth", p.depth, 1, UINT8_MAX),
      CheckLeafLen(p.leaf_len),
      CheckOffset(limits, p.node_offset),
      CheckRange("nodeDepth", p.node_depth, 0, UINT8_MAX),
      CheckRange("innerSize", p.inner_len, 0, limits.digest_len)};
  const auto failed = std::find_if(checks.begin(), checks.end(),
                                   [](const auto& check) { return check.has_value(); });
  return failed == checks.end() ? std::nullopt : *failed;
}

// Block is the parameter block. The block of BLAKE2s is half as long, and lacks the reserved bytes.
using Block = std::array<uint8_t, 64>;

Block Encode(const Limits& limits, const Blake2Parameters& p) {
  Block block = {};
  auto at = block.begin();
  const auto put = [&at](uint64_t number, size_t len) {
    for (size_t i = 0; i < len; ++i) *at++ = static_cast<uint8_t>(number >> (8 * i));
  };
  put(static_cast<uint64_t>(p.digest_len), 1);
  put(p.key.size(), 1);
  put(static_cast<uint64_t>(p.fanout), 1);
  put(static_cast<uint64_t>(p.depth), 1);
  put(static_cast<uint64_t>(p.leaf_len), 4);
  put(p.node_offset, limits.offset_len);
  put(static_cast<uint64_t>(p.node_depth), 1);
  put(static_cast<uint64_t>(p.inner_len), 1);
  const auto salt = block.begin() + static_cast<std::ptrdiff_t>(2 * limits.salt_len);
  std::copy(p.salt.begin(), p.salt.end(), salt);
  std::copy(p.person.begin(), p.person.end(), salt + static_cast<std::ptrdiff_t>(limits.salt_len));
  return block;
}

void Init(Blake2bState& state, const Block& block, ByteView key) {
  if (key.empty()) {
    ossl_blake2b_init(&state, block.data());
  } else {
    ossl_blake2b_init_key(&state, block.data(), key.data());
  }
}

void Init(Blake2sState& state, const Block& block, ByteView key) {
  if (key.empty()) {
    ossl_blake2s_init(&state, block.data());
  } else {
    ossl_blake2s_init_key(&state, block.data(), key.data());
  }
}

void Absorb(Blake2bState& state, ByteView data) {
  ossl_blake2b_update(&state, data.data(), data.size());
}

void Absorb(Blake2sState& state, ByteView data) {
  ossl_blake2s_update(&state, data.data(), data.size());
}

void Finish(Blake2bState& state, uint8_t* out) { ossl_blake2b_final(out, &state); }

void Finish(Blake2sState& state, uint8_t* out) { ossl_blake2s_final(out, &state); }

// CPython 3.11's result for TestMessage with TestParameters, in which all parameters have different
// values.
constexpr size_t kTestDigestLen = 20;
constexpr std::array<uint8_t, kTestDigestLen> kExpected2b = {
    0x6b, 0x9f, 0xc3, 0xaa, 0xfc, 0xae, 0xf4, 0x2c, 0xaa, 0xc6,
    0x54, 0x20, 0x9b, 0xf6, 0xa5, 0x52, 0x80, 0xdc, 0x1e, 0x7d};
constexpr std::array<uint8_t, kTestDigestLen> kExpected2s = {
    0x36, 0x83, 0x77, 0xb8, 0x52, 0xeb, 0xc9, 0x07, 0x47, 0x3d,
    0xe1, 0xc1, 0xf7, 0x49, 0x32, 0x36, 0x0f, 0x04, 0x68, 0x27};

// Counting returns bytes that count up from `first`.
std::array<uint8_t, 300> Counting(unsigned first) {
  std::array<uint8_t, 300> bytes = {};
  for (size_t i = 0; i < bytes.size(); ++i) bytes.at(i) = static_cast<uint8_t>(first + i);
  return bytes;
}

}  // namespace

Blake2::Blake2(Kind kind, const Blake2Parameters& parameters)
    : is_last_node_(parameters.is_last_node) {
  if (kind == Kind::k2s) state_.emplace<Blake2sState>();
  const Block block = Encode(LimitsOf(kind), parameters);
  std::visit([&](auto& state) { Init(state, block, parameters.key); }, state_);
}

Blake2::~Blake2() {
  if (auto* const state = std::get_if<Blake2bState>(&state_))
    OPENSSL_cleanse(state, sizeof(*state));
  if (auto* const state = std::get_if<Blake2sState>(&state_))
    OPENSSL_cleanse(state, sizeof(*state));
}

Result<Blake2> Blake2::Start(Kind kind, const Blake2Parameters& parameters) {
  if (const auto error = Check(LimitsOf(kind), parameters)) return *error;
  static const bool kPasses = PassesSelfTest(Kind::k2b) && PassesSelfTest(Kind::k2s);
  if (kPasses) return Blake2(kind, parameters);
  return NotImplementedError(
      "the BLAKE2 of this OpenSSL differs inside from the one that hermetic-ssl knows: it can only "
      "be shortened (digestSize)");
}

void Blake2::Update(ByteView data) {
  if (data.empty()) return;  // an empty view has no address to copy from
  std::visit([&](auto& state) { Absorb(state, data); }, state_);
}

void Blake2::Digest(MutableByteView out) const {
  Blake2 copy = *this;
  std::visit(
      [&](auto& state) {
        if (is_last_node_) state.f[1] = ~state.f[1];
        Finish(state, out.data());
      },
      copy.state_);
}

bool Blake2::PassesSelfTest(Kind kind) {
  const auto message = Counting(0);
  const auto salt = Counting(100);
  const auto person = Counting(200);
  const Limits& limits = LimitsOf(kind);
  Blake2Parameters parameters = {kTestDigestLen, {}, {}, {},  2, 3, 0x01020304,
                                 0x0a0b0c0d0e0f, 1,  7,  true};
  parameters.key = ByteView(message).first(2 * limits.salt_len + 1);
  parameters.salt = ByteView(salt).first(limits.salt_len);
  parameters.person = ByteView(person).first(limits.salt_len);
  Blake2 hash(kind, parameters);
  hash.Update(ByteView(message).first(100));
  hash.Update(ByteView(message).subspan(100));
  std::array<uint8_t, kTestDigestLen> digest = {};
  hash.Digest(digest);
  return digest == (kind == Kind::k2b ? kExpected2b : kExpected2s);
}

}  // namespace hermetic::digest
