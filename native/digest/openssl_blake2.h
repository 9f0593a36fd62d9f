// OpenSSL's internal BLAKE2, with the whole parameter block. Its public interface can only shorten
// the plain hash (EVP_MD) or requires a key (EVP_MAC).
//
// These are declarations of providers/implementations/include/prov/blake2.h, the same in the pinned
// versions of both channels. OpenSSL does not guarantee them. If a new pin renames a function, the
// addon fails to link. If it changes a function's behavior, the self-test (blake2.cc) fails before
// the first use.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hermetic::digest {

// Room at the end of OpenSSL's structures for members of a later version: a structure that has
// grown must not be written past its end before the self-test refuses it.
constexpr size_t kSpareLen = 256;

struct Blake2bState {
  uint64_t h[8];
  uint64_t t[2];
  uint64_t f[2];  // of the last block, and of the last node of a tree: all ones
  uint8_t buf[128];
  size_t buf_len;
  size_t out_len;
  uint8_t spare[kSpareLen];
};

struct Blake2sState {
  uint32_t h[8];
  uint32_t t[2];
  uint32_t f[2];
  uint8_t buf[64];
  size_t buf_len;
  size_t out_len;
  uint8_t spare[kSpareLen];
};

}  // namespace hermetic::digest

// The parameter block is that of RFC 7693 section 2.5, in 64 or 32 bytes; init_key reads as many
// bytes of the key as the block says. All return 1. final wipes the state.
extern "C" {
// NOLINTBEGIN(readability-identifier-naming)
int ossl_blake2b_init(hermetic::digest::Blake2bState* state, const uint8_t* block);
int ossl_blake2b_init_key(hermetic::digest::Blake2bState* state, const uint8_t* block,
                          const void* key);
int ossl_blake2b_update(hermetic::digest::Blake2bState* state, const void* data, size_t len);
int ossl_blake2b_final(uint8_t* out, hermetic::digest::Blake2bState* state);
int ossl_blake2s_init(hermetic::digest::Blake2sState* state, const uint8_t* block);
int ossl_blake2s_init_key(hermetic::digest::Blake2sState* state, const uint8_t* block,
                          const void* key);
int ossl_blake2s_update(hermetic::digest::Blake2sState* state, const void* data, size_t len);
int ossl_blake2s_final(uint8_t* out, hermetic::digest::Blake2sState* state);
// NOLINTEND(readability-identifier-naming)
}
