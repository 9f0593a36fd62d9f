// What advances derivations. PBKDF2 (RFC 8018 section 5.2) makes each block of output on its own:
//
//   U_1 = HMAC(P, S || INT(i)),   U_j = HMAC(P, U_{j-1}),   T_i = U_1 xor ... xor U_c
//
// An engine takes some of those blocks, of one derivation or of several, each at its own iteration,
// and moves all of them forward at once. It knows nothing of requests, threads or JavaScript.
#pragma once

#include <openssl/evp.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "native/openssl/bytes.h"
#include "native/openssl/result.h"

namespace hermetic::kdf {

// Key is what an engine keeps of a password and a salt: HMAC's inner and outer states, in the
// engine's own form. It is as good as the password, so its destructor wipes it. One thread uses it
// at a time.
class Key {
 public:
  Key() = default;
  Key(const Key&) = delete;
  Key& operator=(const Key&) = delete;
  virtual ~Key() = default;
};

// Block is one block of output under way. `u` and `t` are one digest long, as bytes, whatever the
// engine computes in.
struct Block {
  uint32_t index = 0;     // i: 1 for the first
  uint32_t num_left = 0;  // iterations still to be done; 0: `t` is the block
  openssl::SecureBytes u;
  openssl::SecureBytes t;
};

// Lane pairs a block with the key of its derivation. Neither is owned.
struct Lane {
  Key* key;
  Block* block;
};

class Engine {
 public:
  Engine() = default;
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  virtual ~Engine() = default;

  virtual std::string_view Name() const = 0;

  // NumLanes is how many blocks Advance moves for the price of one.
  virtual size_t NumLanes() const = 0;

  // Prepare absorbs password and salt, which are not needed afterwards. Its cost grows with their
  // length.
  virtual openssl::Result<std::unique_ptr<Key>> Prepare(const EVP_MD* md,
                                                        openssl::ByteView password,
                                                        openssl::ByteView salt) const = 0;

  // Begin does the first iteration of block `index`: sets `u` and `t` to U_1 and `num_left` to
  // `iterations` - 1.
  virtual openssl::Status Begin(Lane lane, uint32_t index, uint32_t iterations) const = 0;

  // Advance does `num_iterations` iterations of each block; none of them has fewer left. The lanes'
  // keys are this engine's, and all for the same digest.
  virtual openssl::Status Advance(std::span<const Lane> lanes, uint32_t num_iterations) const = 0;
};

// EvpEngine computes with every digest of OpenSSL, one lane, through EVP. It lives as long as the
// process.
const Engine& EvpEngine();

}  // namespace hermetic::kdf
