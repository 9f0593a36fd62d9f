// SHA-256 and SHA-512 in the lanes of a vector register, for messages that are one digest and
// padding. Work that is equal in every iteration is done once: words 8 to 15 of the block are
// constants (8 to 14 for a truncated digest), and the first rounds of each key are summed up as far
// as they do not depend on the message.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "native/kdf/kernel.h"
#include "native/kdf/kernels/lanes.h"
#include "native/kdf/kernels/sha2_constants.h"
#include "native/kdf/kernels/vector.h"

namespace hermetic::kdf {

// Sha2Padding is the part of a message block and its schedule that does not depend on the message.
// The assembler of the engine "avx512" reads its words by their position.
template <class Word>
struct Sha2Padding {
  Word addends[32] = {};  // of the rounds 0 to 31: K, and the words 8 to 15
  Word sums[16] = {};     // what the words 8 to 15 add to the words 16 to 31
  Word words[8] = {};     // 8 to 15
  Word is_truncated = 0;

  Sha2Padding() = default;
  explicit constexpr Sha2Padding(const Shape& shape) : is_truncated(shape.IsTruncated()) {
    using F = Sha2Functions<Word>;
    // The padding of a truncated digest begins before word 8.
    if (!shape.IsTruncated()) words[0] = Word{1} << (8 * sizeof(Word) - 1);
    words[7] = static_cast<Word>(shape.NumBits());
    for (size_t i = 0; i < 32; ++i) addends[i] = Sha2Constants<Word>::kK[i] + At(i);
    for (size_t i = 16; i < 32; ++i) {
      sums[i - 16] = At(i - 16) + F::Sigma0(At(i - 15)) + At(i - 7) + F::Sigma1(At(i - 2));
    }
  }

 private:
  constexpr Word At(size_t word) const { return word >= 8 && word < 16 ? words[word - 8] : 0; }
};

template <class W, size_t kLanes>
struct alignas(64) Sha2Lanes {
  using Word = W;
  static constexpr size_t kNumWords = 8;
  static constexpr size_t kNumLanes = kLanes;
  // The shortest digest, SHA-512/224, keeps three words and a half.
  static constexpr size_t kFirstPatched = 3;

  // Key is HMAC's inner or outer state, a to h, with values computed only from it.
  struct Key {
    Word state[kNumWords][kLanes];
    Word sum0_e[kLanes];  // T1 of round 0 except for the message word
    Word sum0_a[kLanes];  // T2 of round 0
    Word sum1[kLanes];    // h + K of the rounds 1 to 3
    Word sum2[kLanes];
    Word sum3[kLanes];

    // Fold computes the members after `state` from it.
    void Fold(size_t lane) {
      using F = Sha2Functions<Word>;
      const Word* k = Sha2Constants<Word>::kK;
      const Word e = state[4][lane];
      const Word f = state[5][lane];
      const Word g = state[6][lane];
      sum0_e[lane] = state[7][lane] + F::BigSigma1(e) + F::Choose(e, f, g) + k[0];
      sum0_a[lane] = F::BigSigma0(state[0][lane]) +
                     F::Majority(state[0][lane], state[1][lane], state[2][lane]);
      sum1[lane] = g + k[1];
      sum2[lane] = f + k[2];
      sum3[lane] = e + k[3];
    }
  };

  Key keys[2];  // inner, outer
  Word u[kNumWords][kLanes];
  Word t[kNumWords][kLanes];
  // For truncated digests: the replacement for the rest of the state, and the last word of the
  // block.
  Word keep[kNumWords - kFirstPatched][kLanes];
  Word pad[kNumWords - kFirstPatched][kLanes];
  Word num_bits[kLanes];
  Sha2Padding<Word> padding;

  void SetTail(const Shape& shape, const Tail<Word>& tail) {
    for (size_t lane = 0; lane < kLanes; ++lane) {
      for (size_t i = kFirstPatched; i < kNumWords; ++i) {
        keep[i - kFirstPatched][lane] = tail.keep[i];
        pad[i - kFirstPatched][lane] = tail.pad[i];
      }
      num_bits[lane] = static_cast<Word>(shape.NumBits());
    }
    padding = Sha2Padding<Word>(shape);
  }
};

template <size_t kLanes>
using Sha256Lanes = Sha2Lanes<uint32_t, kLanes>;
template <size_t kLanes>
using Sha512Lanes = Sha2Lanes<uint64_t, kLanes>;

// Sha2Rounds is one message block per lane, in registers.
template <Vector V, bool kIsTruncated>
class Sha2Rounds {
 public:
  using Word = typename V::Word;
  using Lanes = Sha2Lanes<Word, V::kNumLanes>;
  using Register = typename V::Register;

  HERMETIC_KERNEL_INLINE void Load(const Lanes& lanes) {
    for (size_t i = 0; i < 8; ++i) w_[i] = V::Load(lanes.u[i]);
  }

  HERMETIC_KERNEL_INLINE void Compress(const Lanes& lanes, const typename Lanes::Key& key) {
    for (size_t i = 0; i < 8; ++i) s_[i] = V::Load(key.state[i]);
    if constexpr (kIsTruncated) w_[15] = V::Load(lanes.num_bits);
    RunRounds(key, std::make_index_sequence<C::kNumRounds>());
    for (size_t i = 0; i < 8; ++i) {
      w_[i] = V::Add(s_[i], V::Load(key.state[i]));
      if (kIsTruncated && i >= kFirst) {
        w_[i] = V::Patch(w_[i], V::Load(lanes.keep[i - kFirst]), V::Load(lanes.pad[i - kFirst]));
      }
    }
  }

  HERMETIC_KERNEL_INLINE void Accumulate(Lanes* lanes) const {
    for (size_t i = 0; i < 8; ++i) {
      V::Store(lanes->t[i], V::Xor(V::Load(lanes->t[i]), w_[i]));
    }
  }

  HERMETIC_KERNEL_INLINE void Store(Lanes* lanes) const {
    for (size_t i = 0; i < 8; ++i) V::Store(lanes->u[i], w_[i]);
  }

 private:
  using C = Sha2Constants<Word>;
  using F = Sha2Functions<Word>;
  static constexpr size_t kFirst = Lanes::kFirstPatched;

  // Whether a word of the schedule is constant.
  static constexpr bool IsFixed(size_t word) {
    return word >= 8 && word < (kIsTruncated ? 15 : 16);
  }

  // Returns its value: the padding of a whole digest. The padding of a truncated digest begins
  // before word 8.
  static constexpr Word Fixed(size_t word) {
    if (kIsTruncated) return 0;
    if (word == 8) return Word{1} << (8 * sizeof(Word) - 1);
    return word == 15 ? Word{(16 + 8) * sizeof(Word) * 8} : 0;
  }

  template <size_t... kRounds>
  HERMETIC_KERNEL_INLINE void RunRounds(const typename Lanes::Key& key,
                                        std::index_sequence<kRounds...> /*rounds*/) {
    (Round<kRounds>(key), ...);
  }

  // The variables keep their places and change their names from round to round.
  template <size_t kRound>
  HERMETIC_KERNEL_INLINE void Round(const typename Lanes::Key& key) {
    constexpr size_t kA = 7 * kRound;  // -kRound modulo 8
    Register& d = s_[(kA + 3) % 8];
    Register& h = s_[(kA + 7) % 8];
    if constexpr (kRound == 0) {
      const Register t1 = V::Add(V::Load(key.sum0_e), w_[0]);
      d = V::Add(d, t1);
      h = V::Add(t1, V::Load(key.sum0_a));
    } else {
      const Register a = s_[kA % 8];
      const Register e = s_[(kA + 4) % 8];
      Register t1 = Addend<kRound>(key, h);
      t1 = V::Add(t1, V::Choose(e, s_[(kA + 5) % 8], s_[(kA + 6) % 8]));
      t1 = V::Add(t1, BigSigma1(e));
      d = V::Add(d, t1);
      h = V::Add(V::Add(t1, V::Majority(a, s_[(kA + 1) % 8], s_[(kA + 2) % 8])), BigSigma0(a));
    }
  }

  // h + K + W.
  template <size_t kRound>
  HERMETIC_KERNEL_INLINE Register Addend(const typename Lanes::Key& key, Register h) {
    if constexpr (kRound >= 16) w_[kRound % 16] = Schedule<kRound>();
    if constexpr (kRound == 1) {
      return V::Add(V::Load(key.sum1), w_[1]);
    } else if constexpr (kRound == 2) {
      return V::Add(V::Load(key.sum2), w_[2]);
    } else if constexpr (kRound == 3) {
      return V::Add(V::Load(key.sum3), w_[3]);
    } else if constexpr (IsFixed(kRound)) {
      return V::Add(h, V::Broadcast(C::kK[kRound] + Fixed(kRound)));
    } else {
      return V::Add(V::Add(h, V::Broadcast(C::kK[kRound])), w_[kRound % 16]);
    }
  }

  // Computes the next word of the schedule from its variable terms and the precomputed sum of its
  // constant ones.
  template <size_t kRound>
  HERMETIC_KERNEL_INLINE Register Schedule() const {
    constexpr Word kFixed = (IsFixed(kRound - 16) ? Fixed(kRound - 16) : 0) +
                            (IsFixed(kRound - 15) ? F::Sigma0(Fixed(kRound - 15)) : 0) +
                            (IsFixed(kRound - 7) ? Fixed(kRound - 7) : 0) +
                            (IsFixed(kRound - 2) ? F::Sigma1(Fixed(kRound - 2)) : 0);
    Sum sum;
    if constexpr (!IsFixed(kRound - 16)) sum.Add(w_[kRound % 16]);
    if constexpr (!IsFixed(kRound - 15)) sum.Add(Sigma0(w_[(kRound - 15) % 16]));
    if constexpr (!IsFixed(kRound - 7)) sum.Add(w_[(kRound - 7) % 16]);
    if constexpr (kFixed != 0) sum.Add(V::Broadcast(kFixed));
    // The newest term comes last, so that all others can be ready before it.
    if constexpr (!IsFixed(kRound - 2)) sum.Add(Sigma1(w_[(kRound - 2) % 16]));
    return sum.value;
  }

  struct Sum {
    Register value;
    bool is_empty = true;
    HERMETIC_KERNEL_INLINE void Add(Register x) {
      value = is_empty ? x : V::Add(value, x);
      is_empty = false;
    }
  };

  HERMETIC_KERNEL_INLINE static Register BigSigma0(Register x) {
    return V::Xor3(V::template RotateRight<C::kBigSigma0[0]>(x),
                   V::template RotateRight<C::kBigSigma0[1]>(x),
                   V::template RotateRight<C::kBigSigma0[2]>(x));
  }
  HERMETIC_KERNEL_INLINE static Register BigSigma1(Register x) {
    return V::Xor3(V::template RotateRight<C::kBigSigma1[0]>(x),
                   V::template RotateRight<C::kBigSigma1[1]>(x),
                   V::template RotateRight<C::kBigSigma1[2]>(x));
  }
  HERMETIC_KERNEL_INLINE static Register Sigma0(Register x) {
    return V::Xor3(V::template RotateRight<C::kSigma0[0]>(x),
                   V::template RotateRight<C::kSigma0[1]>(x),
                   V::template ShiftRight<C::kSigma0[2]>(x));
  }
  HERMETIC_KERNEL_INLINE static Register Sigma1(Register x) {
    return V::Xor3(V::template RotateRight<C::kSigma1[0]>(x),
                   V::template RotateRight<C::kSigma1[1]>(x),
                   V::template ShiftRight<C::kSigma1[2]>(x));
  }

  Register s_[8];
  Register w_[16];
};

}  // namespace hermetic::kdf
