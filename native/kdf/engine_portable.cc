// The engine for every processor: one stream, through OpenSSL's own transforms, which use its
// assembler if there is one for the processor. Its block functions are not called directly, because
// they are static without assembler.
#include <openssl/crypto.h>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "native/kdf/cpu.h"
#include "native/kdf/kernel.h"
#include "native/kdf/sha_context.h"

namespace hermetic::kdf {
namespace {

template <typename Word>
Word ToBigEndian(Word word) {
  if constexpr (std::endian::native == std::endian::big) return word;
  Word swapped = 0;
  for (size_t i = 0; i < sizeof(Word); ++i)
    swapped |= ((word >> (8 * i)) & 0xff) << (8 * (sizeof(Word) - 1 - i));
  return swapped;
}

// Lane is a stream with 32- or 64-bit words, and the message block of its next compression: the
// digest, 0x80, zeros, the length.
template <typename Sha>
struct Lane {
  using Word = typename Sha::Word;

  Word inner[Sha::kNumWords];
  Word outer[Sha::kNumWords];
  Word t[Sha::kNumWords];
  Word block[16];
  typename Sha::Context context;  // a transform only uses its state

  Lane(const Shape& shape, const Stream& stream) : block{}, context{} {
    for (size_t i = 0; i < Sha::kNumWords; ++i) {
      inner[i] = static_cast<Word>(stream.inner[i]);
      outer[i] = static_cast<Word>(stream.outer[i]);
      t[i] = static_cast<Word>(stream.t[i]);
      block[i] = ToBigEndian(static_cast<Word>(stream.u[i]));
    }
    reinterpret_cast<uint8_t*>(block)[shape.digest_len] = 0x80;
    block[15] = ToBigEndian(static_cast<Word>(shape.NumBits()));
  }
  ~Lane() { OPENSSL_cleanse(this, sizeof *this); }

  // Compress computes the digest of `state` and the block, and puts it into the block.
  void Compress(const Word* state, size_t digest_len) {
    std::memcpy(static_cast<void*>(&context), state, sizeof inner);
    Sha::kTransform(&context, reinterpret_cast<const uint8_t*>(block));
    Word words[Sha::kNumWords];
    std::memcpy(words, &context, sizeof words);
    for (Word& word : words) word = ToBigEndian(word);
    // A constant length compiles to a few moves, any other to a call.
    std::memcpy(block, words, digest_len == sizeof words ? sizeof words : digest_len);
  }

  void Iterate(size_t digest_len) {
    Compress(inner, digest_len);
    Compress(outer, digest_len);
    for (size_t i = 0; i < Sha::kNumWords; ++i) t[i] ^= ToBigEndian(block[i]);
  }
};

// Unpack omits the padding after a truncated digest.
template <typename Word>
void Unpack(const Word* words, size_t num_words, size_t digest_len, uint64_t* out) {
  uint64_t wide[8] = {};
  uint8_t digest[64];
  for (size_t i = 0; i < num_words; ++i) wide[i] = words[i];
  StoreWords<Word>(wide, digest_len, digest);
  std::memset(out, 0, sizeof wide);
  ReadWords<Word>(digest, digest_len, out);
  OPENSSL_cleanse(wide, sizeof wide);
  OPENSSL_cleanse(digest, sizeof digest);
}

template <typename Sha>
void Run(const Shape& shape, Stream* const* streams, size_t /*num_streams*/,
         uint32_t num_iterations, void* /*scratch*/) {
  Stream& stream = *streams[0];
  Lane<Sha> lane(shape, stream);
  for (uint32_t i = 0; i < num_iterations; ++i) lane.Iterate(shape.digest_len);
  Unpack(lane.t, Sha::kNumWords, shape.digest_len, stream.t);
  for (auto& word : lane.block) word = ToBigEndian(word);
  Unpack(lane.block, Sha::kNumWords, shape.digest_len, stream.u);
}

constexpr Kernel kKernels[] = {
    {"sha1-portable-x1", Compression::kSha1, false, 1, false, Run<Sha1>},
    {"sha256-portable-x1", Compression::kSha256, false, 1, false, Run<Sha256>},
    {"sha256t-portable-x1", Compression::kSha256, true, 1, false, Run<Sha256>},
    {"sha512-portable-x1", Compression::kSha512, false, 1, false, Run<Sha512>},
    {"sha512t-portable-x1", Compression::kSha512, true, 1, false, Run<Sha512>},
};

bool RunsOn(const Cpu& /*cpu*/) { return true; }

}  // namespace

const Engine kPortableEngine = {"portable", RunsOn, kKernels};

}  // namespace hermetic::kdf
