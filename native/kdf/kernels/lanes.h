// The memory layout of streams while a lane kernel works on them, word by word with the lanes
// adjacent,
//
//   u[0]: lane 0, lane 1, ... lane N-1      one vector register
//   u[1]: lane 0, lane 1, ... lane N-1
//
// and the frame that copies them there and back. Packing is plain C++ for every processor; only a
// kernel's loop uses vector instructions. This file does not use intrinsics.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <new>

#include "native/kdf/kernel.h"
#include "native/kdf/kernels/vector.h"

namespace hermetic::kdf {

// Tail describes the bytes after a digest in its message block, up to the eight words of a whole
// state: the bits of each word that the digest keeps, and the position of the padding's 1 bit. A
// digest that is not truncated keeps all bits, and its padding begins in the next word.
template <class Word>
struct Tail {
  Word keep[8];
  Word pad[8];

  explicit constexpr Tail(const Shape& shape) : keep{}, pad{} {
    for (size_t i = 0; i < 8; ++i) {
      const size_t begin = i * sizeof(Word);
      const size_t num_kept = shape.digest_len - std::min<size_t>(begin, shape.digest_len);
      if (num_kept >= sizeof(Word)) {
        keep[i] = static_cast<Word>(~Word{0});
        continue;
      }
      const Word rest = static_cast<Word>(~Word{0}) >> (8 * num_kept);
      keep[i] = static_cast<Word>(~rest);
      pad[i] = begin <= shape.digest_len ? static_cast<Word>(rest ^ (rest >> 1)) : Word{0};
    }
  }
};

// Pack fills `lanes` from the streams. Lanes without a stream repeat the first stream, so that no
// lane is undefined. `Lanes` is Sha1Lanes or Sha2Lanes.
template <class Lanes>
void Pack(const Shape& shape, const Stream* const* streams, size_t num_streams, Lanes* lanes) {
  using Word = typename Lanes::Word;
  const Tail<Word> tail(shape);
  for (size_t lane = 0; lane < Lanes::kNumLanes; ++lane) {
    const Stream& stream = *streams[lane < num_streams ? lane : 0];
    for (size_t i = 0; i < Lanes::kNumWords; ++i) {
      lanes->u[i][lane] = static_cast<Word>(stream.u[i]) | tail.pad[i];
      lanes->t[i][lane] = static_cast<Word>(stream.t[i]);
      lanes->keys[0].state[i][lane] = static_cast<Word>(stream.inner[i]);
      lanes->keys[1].state[i][lane] = static_cast<Word>(stream.outer[i]);
    }
    lanes->keys[0].Fold(lane);
    lanes->keys[1].Fold(lane);
  }
  lanes->SetTail(shape, tail);
}

// Unpack copies `u` and `t` back, without the bits beyond the digest.
template <class Lanes>
void Unpack(const Shape& shape, const Lanes& lanes, Stream* const* streams, size_t num_streams) {
  const Tail<typename Lanes::Word> tail(shape);
  for (size_t lane = 0; lane < num_streams; ++lane) {
    for (size_t i = 0; i < Lanes::kNumWords; ++i) {
      streams[lane]->u[i] = lanes.u[i][lane] & tail.keep[i];
      streams[lane]->t[i] = lanes.t[i][lane] & tail.keep[i];
    }
  }
}

// RunLanes is a Kernel::run around `kLoop`, a function (uint32_t num_iterations, Lanes* lanes).
template <class Lanes, auto kLoop>
void RunLanes(const Shape& shape, Stream* const* streams, size_t num_streams,
              uint32_t num_iterations, void* scratch) {
  static_assert(sizeof(Lanes) <= Kernel::kScratchLen);
  Lanes* lanes = ::new (scratch) Lanes;
  Pack(shape, streams, num_streams, lanes);
  kLoop(num_iterations, lanes);
  Unpack(shape, *lanes, streams, num_streams);
}

// Iterate is the loop of a lane kernel. `Rounds` (Sha1Rounds, Sha2Rounds) holds one message block
// of every lane in registers. Compress replaces it by the digest that begins the next block.
template <class Rounds>
HERMETIC_KERNEL_INLINE void Iterate(uint32_t num_iterations, typename Rounds::Lanes* lanes) {
  Rounds rounds;
  rounds.Load(*lanes);
  for (; num_iterations > 0; --num_iterations) {
    // Two compressions share one piece of code, because both together would exceed the instruction
    // cache.
    for (size_t i = 0; i < 2; ++i) {
#if defined(__GNUC__)
      asm volatile("" : "+r"(i));
#endif
      rounds.Compress(*lanes, lanes->keys[i]);
    }
    rounds.Accumulate(lanes);
  }
  rounds.Store(lanes);
}

}  // namespace hermetic::kdf
