// Access to OpenSSL's low-level SHA contexts: a state of words, first in the struct, and the bytes
// still to be compressed. EVP does not give access to the state.
#pragma once

#include <openssl/sha.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace hermetic::kdf {

static_assert(offsetof(SHA_CTX, h0) == 0 && offsetof(SHA_CTX, h4) == 4 * sizeof(SHA_LONG));
static_assert(offsetof(SHA256_CTX, h) == 0 && offsetof(SHA512_CTX, h) == 0);

struct Sha1 {
  using Context = SHA_CTX;
  using Word = uint32_t;
  static constexpr size_t kNumWords = 5;
  static constexpr size_t kBlockLen = 64;
  static constexpr auto kUpdate = SHA1_Update;
  static constexpr auto kFinal = SHA1_Final;
  static constexpr auto kTransform = SHA1_Transform;
};

struct Sha256 {
  using Context = SHA256_CTX;
  using Word = uint32_t;
  static constexpr size_t kNumWords = 8;
  static constexpr size_t kBlockLen = 64;
  static constexpr auto kUpdate = SHA256_Update;
  static constexpr auto kFinal = SHA256_Final;
  static constexpr auto kTransform = SHA256_Transform;
};

struct Sha512 {
  using Context = SHA512_CTX;
  using Word = uint64_t;
  static constexpr size_t kNumWords = 8;
  static constexpr size_t kBlockLen = 128;
  static constexpr auto kUpdate = SHA512_Update;
  static constexpr auto kFinal = SHA512_Final;
  static constexpr auto kTransform = SHA512_Transform;
};

// ReadState and WriteState copy a context's state from and to the words of a Stream.
template <typename Sha>
void ReadState(const typename Sha::Context& context, uint64_t* words) {
  typename Sha::Word state[Sha::kNumWords];
  std::memcpy(state, &context, sizeof state);
  for (size_t i = 0; i < Sha::kNumWords; ++i) words[i] = state[i];
}

template <typename Sha>
void WriteState(typename Sha::Context& context, const uint64_t* words) {
  typename Sha::Word state[Sha::kNumWords];
  for (size_t i = 0; i < Sha::kNumWords; ++i) state[i] = static_cast<typename Sha::Word>(words[i]);
  std::memcpy(static_cast<void*>(&context), state, sizeof state);
}

// ReadWords reads big-endian bytes as words, and StoreWords does the reverse, for the first `len`
// bytes.
template <typename Word>
void ReadWords(const uint8_t* bytes, size_t len, uint64_t* words) {
  for (size_t i = 0; i < len; ++i) {
    if (i % sizeof(Word) == 0) words[i / sizeof(Word)] = 0;
    const size_t shift = 8 * (sizeof(Word) - 1 - i % sizeof(Word));
    words[i / sizeof(Word)] |= static_cast<uint64_t>(bytes[i]) << shift;
  }
}

template <typename Word>
void StoreWords(const uint64_t* words, size_t len, uint8_t* bytes) {
  for (size_t i = 0; i < len; ++i) {
    const size_t shift = 8 * (sizeof(Word) - 1 - i % sizeof(Word));
    bytes[i] = static_cast<uint8_t>(words[i / sizeof(Word)] >> shift);
  }
}

}  // namespace hermetic::kdf
