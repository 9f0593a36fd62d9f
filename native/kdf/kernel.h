// The parts that compute derivations. PBKDF2 (RFC 8018 section 5.2) makes each block of output
// independently:
//
//   U_1 = HMAC(P, S || INT(i)),   U_j = HMAC(P, U_{j-1}),   T_i = U_1 xor ... xor U_c
//
// A Stream is one such block in progress. From U_2 on an iteration is exactly two compressions of
// one message block each: the inner and the outer state, computed once from the key, are applied to
// the previous digest and fixed padding. A Kernel does iterations of several streams in parallel;
// it does not depend on requests, threads or JavaScript. An Engine is the set of kernels that need
// the same instructions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "native/kdf/cpu.h"

namespace hermetic::kdf {

enum class Compression : uint8_t { kSha1, kSha256, kSha512 };

// Shape is a digest as a kernel sees it: a compression function, and the part of its state that the
// digest keeps (SHA-224, SHA-384 and SHA-512/256 keep only a part).
struct Shape {
  Compression compression;
  uint8_t num_words;   // of the state: 5 for SHA-1, else 8
  uint8_t word_len;    // bytes: 4, or 8 for SHA-512
  uint8_t digest_len;  // bytes

  constexpr bool IsTruncated() const { return digest_len != num_words * word_len; }
  // The length in bits of the padded key and a digest, which the message block's last word
  // contains.
  constexpr uint64_t NumBits() const { return (16ULL * word_len + digest_len) * 8; }
};

// Stream holds words as FIPS 180-4 numbers them, in native byte order. With 32-bit words the upper
// halves are zero, and so are words of `u` and `t` beyond the digest. A Stream is as secret as the
// password; its owner wipes it.
struct alignas(64) Stream {
  uint64_t inner[8];  // the state after the key and the inner pad
  uint64_t outer[8];  // the state after the key and the outer pad
  uint64_t u[8];      // U_j
  uint64_t t[8];      // U_1 xor ... xor U_j
};

// Kernel is one way to do iterations of up to `num_lanes` streams at the cost of `num_lanes`.
struct Kernel {
  // The size of the memory that `run` works in, 64-byte aligned. The caller wipes it.
  static constexpr size_t kScratchLen = 5120;
  static constexpr size_t kMaxLanes = 17;

  std::string_view name;  // "sha256-avx512-x16"
  Compression compression;
  bool is_truncated;  // whether it is for digests that keep only a part of the state
  uint8_t num_lanes;  // at most kMaxLanes
  bool is_hybrid;     // whether one of its lanes is in general registers

  // Runs `num_iterations` iterations of each stream, and sets `u` and `t`. 1 <= num_streams <=
  // num_lanes.
  void (*run)(const Shape& shape, Stream* const* streams, size_t num_streams,
              uint32_t num_iterations, void* scratch);
};

struct Engine {
  std::string_view name;  // "avx512"
  bool (*runs_on)(const Cpu& cpu);
  std::span<const Kernel> kernels;
};

// One object for each engine; an engine that was not compiled in has no kernels.
extern const Engine kPortableEngine;  // OpenSSL's own transforms; runs on every processor
extern const Engine kShaNiEngine;     // x86-64 SHA extensions
extern const Engine kShaNiAvxEngine;  // and AVX
extern const Engine kAvx2Engine;
extern const Engine kAvx512Engine;
extern const Engine kArmv8Engine;        // arm64 SHA-1 and SHA-256 instructions
extern const Engine kArmv8Sha512Engine;  // arm64 SHA-512 instructions
extern const Engine kNeonEngine;

}  // namespace hermetic::kdf
