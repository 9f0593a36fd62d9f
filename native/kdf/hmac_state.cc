// See hmac_state.h. To resume from a saved state, the state and the absorbed length are written
// into a context.
#include "native/kdf/hmac_state.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include "native/base/bytes.h"
#include "native/kdf/digest_shape.h"
#include "native/kdf/kernel.h"
#include "native/kdf/sha_context.h"

namespace hermetic::kdf {
namespace {

constexpr uint8_t kInnerPad = 0x36;
constexpr uint8_t kOuterPad = 0x5c;

// FIPS 180-4, sections 5.3.6.1 and 5.3.6.2.
constexpr uint64_t kStartOfSha512t224[8] = {
    0x8c3d37c819544da2, 0x73e1996689dcd4d6, 0x1dfab7ae32ff9c82, 0x679dd514582f9fcf,
    0x0f6d2b697bd44da8, 0x77e36f7304c48942, 0x3f9d85a86a1d36c8, 0x1112e6ad91d692a1};
constexpr uint64_t kStartOfSha512t256[8] = {
    0x22312194fc2bf72c, 0x9f555fa3c84c64c2, 0x2393b86b6f53b151, 0x963877195940eabd,
    0x96283ee2a88effe3, 0xbe5e1e2553863992, 0x2b0199fc2c85b8aa, 0x0eb72ddc81c52ca2};

void Start(ShapeId /*shape*/, SHA_CTX& context) { SHA1_Init(&context); }

void Start(ShapeId shape, SHA256_CTX& context) {
  if (shape == ShapeId::kSha224) {
    SHA224_Init(&context);
  } else {
    SHA256_Init(&context);
  }
}

void Start(ShapeId shape, SHA512_CTX& context) {
  if (shape == ShapeId::kSha384) {
    SHA384_Init(&context);
    return;
  }
  SHA512_Init(&context);
  if (shape == ShapeId::kSha512) return;
  WriteState<Sha512>(context,
                     shape == ShapeId::kSha512t224 ? kStartOfSha512t224 : kStartOfSha512t256);
  context.md_len = ShapeOf(shape).digest_len;
}

template <typename Sha>
void StartPadded(ShapeId shape, const uint8_t* key, uint8_t pad, typename Sha::Context& context) {
  std::array<uint8_t, Sha::kBlockLen> block;
  for (size_t i = 0; i < block.size(); ++i) block[i] = key[i] ^ pad;
  Start(shape, context);
  Sha::kUpdate(&context, block.data(), block.size());
  OPENSSL_cleanse(block.data(), block.size());
}

// Absorb fills the two states and the salted context. The caller wipes them.
template <typename Sha>
void Absorb(ShapeId shape, ByteView password, ByteView salt, uint64_t* inner, uint64_t* outer,
            typename Sha::Context& salted) {
  std::array<uint8_t, Sha::kBlockLen> key{};
  if (password.size() <= key.size()) {
    std::copy(password.begin(), password.end(), key.begin());
  } else {
    Start(shape, salted);
    Sha::kUpdate(&salted, password.data(), password.size());
    Sha::kFinal(key.data(), &salted);
  }
  StartPadded<Sha>(shape, key.data(), kOuterPad, salted);
  ReadState<Sha>(salted, outer);
  StartPadded<Sha>(shape, key.data(), kInnerPad, salted);
  ReadState<Sha>(salted, inner);
  Sha::kUpdate(&salted, salt.data(), salt.size());
  OPENSSL_cleanse(key.data(), key.size());
}

// FirstIteration computes U_1 = HMAC(P, S || INT(i)) into `u`.
template <typename Sha>
void FirstIteration(ShapeId shape, const typename Sha::Context& salted, const uint64_t* outer,
                    uint32_t index, uint64_t* u) {
  const size_t digest_len = ShapeOf(shape).digest_len;
  const std::array<uint8_t, 4> number = {
      static_cast<uint8_t>(index >> 24), static_cast<uint8_t>(index >> 16),
      static_cast<uint8_t>(index >> 8), static_cast<uint8_t>(index)};
  std::array<uint8_t, Sha::kBlockLen> digest{};
  typename Sha::Context context = salted;
  Sha::kUpdate(&context, number.data(), number.size());
  Sha::kFinal(digest.data(), &context);
  Start(shape, context);
  WriteState<Sha>(context, outer);
  context.Nl = 8 * Sha::kBlockLen;  // bits absorbed: the outer pad
  Sha::kUpdate(&context, digest.data(), digest_len);
  Sha::kFinal(digest.data(), &context);
  ReadWords<typename Sha::Word>(digest.data(), digest_len, u);
  OPENSSL_cleanse(digest.data(), digest.size());
  OPENSSL_cleanse(&context, sizeof context);
}

}  // namespace

HmacState::HmacState(ShapeId shape, ByteView password, ByteView salt) : shape_(shape) {
  switch (ShapeOf(shape).compression) {
    case Compression::kSha1:
      Absorb<Sha1>(shape, password, salt, inner_, outer_, salted_.sha1);
      break;
    case Compression::kSha256:
      Absorb<Sha256>(shape, password, salt, inner_, outer_, salted_.sha256);
      break;
    case Compression::kSha512:
      Absorb<Sha512>(shape, password, salt, inner_, outer_, salted_.sha512);
      break;
  }
}

HmacState::~HmacState() {
  OPENSSL_cleanse(inner_, sizeof inner_);
  OPENSSL_cleanse(outer_, sizeof outer_);
  OPENSSL_cleanse(&salted_, sizeof salted_);
}

void HmacState::Begin(uint32_t index, Stream& stream) const {
  std::memcpy(stream.inner, inner_, sizeof inner_);
  std::memcpy(stream.outer, outer_, sizeof outer_);
  std::memset(stream.u, 0, sizeof stream.u);
  switch (ShapeOf(shape_).compression) {
    case Compression::kSha1:
      FirstIteration<Sha1>(shape_, salted_.sha1, outer_, index, stream.u);
      break;
    case Compression::kSha256:
      FirstIteration<Sha256>(shape_, salted_.sha256, outer_, index, stream.u);
      break;
    case Compression::kSha512:
      FirstIteration<Sha512>(shape_, salted_.sha512, outer_, index, stream.u);
      break;
  }
  std::memcpy(stream.t, stream.u, sizeof stream.t);
}

void HmacState::StoreBlock(const Stream& stream, MutableByteView out) const {
  if (ShapeOf(shape_).word_len == sizeof(uint32_t)) {
    StoreWords<uint32_t>(stream.t, out.size(), out.data());
  } else {
    StoreWords<uint64_t>(stream.t, out.size(), out.data());
  }
}

}  // namespace hermetic::kdf
