// SHA-1 in the lanes of a vector register, for messages that are one digest and fixed padding. Work
// that is equal in every iteration is done once: words 5 to 15 of the block are constants, and the
// first rounds of each key are summed up as far as they do not depend on the message.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "native/kdf/kernel.h"
#include "native/kdf/kernels/lanes.h"
#include "native/kdf/kernels/vector.h"

namespace hermetic::kdf {

// Sha1K returns the constant of a round.
constexpr uint32_t Sha1K(size_t round) {
  constexpr uint32_t kConstants[4] = {0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6};
  return kConstants[round / 20];
}

// Sha1Padding returns a word of the block after the digest: 5 to 15.
constexpr uint32_t Sha1Padding(size_t word) {
  if (word == 5) return 0x80000000;
  return word == 15 ? (64 + 20) * 8 : 0;
}

template <size_t kLanes>
struct alignas(64) Sha1Lanes {
  using Word = uint32_t;
  static constexpr size_t kNumWords = 5;
  static constexpr size_t kNumLanes = kLanes;

  // Key is HMAC's inner or outer state, a to e, with values computed only from it.
  struct Key {
    Word state[kNumWords][kLanes];
    Word sum0[kLanes];  // round 0 except for the message word
    Word sum1[kLanes];  // round 1 except for the message word and a
    Word rotated_a[kLanes];
    Word rotated_b[kLanes];
    Word sum2[kLanes];  // e + K of the rounds 2 to 4
    Word sum3[kLanes];
    Word sum4[kLanes];

    // Fold computes the members after `state` from it.
    void Fold(size_t lane) {
      const Word a = state[0][lane];
      const Word b = state[1][lane];
      const Word c = state[2][lane];
      const Word d = state[3][lane];
      const Word e = state[4][lane];
      const Word k = Sha1K(0);
      rotated_a[lane] = std::rotl(a, 30);
      rotated_b[lane] = std::rotl(b, 30);
      sum0[lane] = std::rotl(a, 5) + Choose(b, c, d) + e + k;
      sum1[lane] = Choose(a, rotated_b[lane], c) + d + k;
      sum2[lane] = c + k;
      sum3[lane] = rotated_b[lane] + k;
      sum4[lane] = rotated_a[lane] + k;
    }

    static constexpr Word Choose(Word x, Word y, Word z) { return z ^ (x & (y ^ z)); }
  };

  Key keys[2];  // inner, outer
  Word u[kNumWords][kLanes];
  Word t[kNumWords][kLanes];

  // SetTail does nothing, because no digest truncates SHA-1.
  void SetTail(const Shape& /*shape*/, const Tail<Word>& /*tail*/) {}
};

// Sha1Rounds is one message block per lane, in registers.
template <Vector V>
class Sha1Rounds {
 public:
  using Lanes = Sha1Lanes<V::kNumLanes>;
  using Register = typename V::Register;

  HERMETIC_KERNEL_INLINE void Load(const Lanes& lanes) {
    for (size_t i = 0; i < Lanes::kNumWords; ++i) w_[i] = V::Load(lanes.u[i]);
  }

  HERMETIC_KERNEL_INLINE void Compress(const Lanes& /*lanes*/, const typename Lanes::Key& key) {
    RunRounds(key, std::make_index_sequence<80>());
    for (size_t i = 0; i < Lanes::kNumWords; ++i) w_[i] = V::Add(s_[i], V::Load(key.state[i]));
  }

  HERMETIC_KERNEL_INLINE void Accumulate(Lanes* lanes) const {
    for (size_t i = 0; i < Lanes::kNumWords; ++i) {
      V::Store(lanes->t[i], V::Xor(V::Load(lanes->t[i]), w_[i]));
    }
  }

  HERMETIC_KERNEL_INLINE void Store(Lanes* lanes) const {
    for (size_t i = 0; i < Lanes::kNumWords; ++i) V::Store(lanes->u[i], w_[i]);
  }

 private:
  // Whether a word of the schedule is constant.
  static constexpr bool IsFixed(size_t word) { return word >= 5 && word < 16; }
  static constexpr uint32_t Fixed(size_t word) { return IsFixed(word) ? Sha1Padding(word) : 0; }

  // Returns the position of a variable (0 for a, ... 4 for e) in a round. Variables are not moved.
  static constexpr size_t Slot(size_t variable, size_t round) {
    return (variable + 4 * round) % 5;  // -round modulo 5
  }

  template <size_t... kRounds>
  HERMETIC_KERNEL_INLINE void RunRounds(const typename Lanes::Key& key,
                                        std::index_sequence<kRounds...> /*rounds*/) {
    (Round<kRounds>(key), ...);
  }

  template <size_t kRound>
  HERMETIC_KERNEL_INLINE void Round(const typename Lanes::Key& key) {
    Register& a = s_[Slot(0, kRound)];
    Register& b = s_[Slot(1, kRound)];
    Register& c = s_[Slot(2, kRound)];
    Register& d = s_[Slot(3, kRound)];
    Register& e = s_[Slot(4, kRound)];
    if constexpr (kRound == 0) {
      e = V::Add(V::Load(key.sum0), w_[0]);
      b = V::Load(key.rotated_b);
    } else if constexpr (kRound == 1) {
      e = V::Add(V::Add(V::Load(key.sum1), w_[1]), V::template RotateRight<27>(a));
      b = V::Load(key.rotated_a);
    } else {
      const Register sum = V::Add(Addend<kRound>(key, e), Mix<kRound>(b, c, d));
      e = V::Add(sum, V::template RotateRight<27>(a));
      b = V::template RotateRight<2>(b);
    }
  }

  // e + K + W.
  template <size_t kRound>
  HERMETIC_KERNEL_INLINE Register Addend(const typename Lanes::Key& key, Register e) {
    if constexpr (kRound >= 16) w_[kRound % 16] = Schedule<kRound>();
    if constexpr (kRound == 2) return V::Add(V::Load(key.sum2), w_[2]);
    if constexpr (kRound == 3) return V::Add(V::Load(key.sum3), w_[3]);
    if constexpr (kRound == 4) return V::Add(V::Load(key.sum4), w_[4]);
    const Register sum = V::Add(e, V::Broadcast(Sha1K(kRound) + Fixed(kRound)));
    if constexpr (IsFixed(kRound)) return sum;
    return V::Add(sum, w_[kRound % 16]);
  }

  template <size_t kRound>
  HERMETIC_KERNEL_INLINE static Register Mix(Register b, Register c, Register d) {
    if constexpr (kRound < 20) return V::Choose(b, c, d);
    if constexpr (kRound >= 40 && kRound < 60) return V::Majority(b, c, d);
    return V::Xor3(b, c, d);
  }

  // Computes the next word of the schedule from its variable terms and the precomputed sum of its
  // constant ones.
  template <size_t kRound>
  HERMETIC_KERNEL_INLINE Register Schedule() const {
    constexpr size_t kTerms[4] = {kRound - 16, kRound - 14, kRound - 8, kRound - 3};
    constexpr uint32_t kFixed =
        Fixed(kTerms[0]) ^ Fixed(kTerms[1]) ^ Fixed(kTerms[2]) ^ Fixed(kTerms[3]);
    Register terms[5];
    size_t num_terms = 0;
    for (size_t i = 0; i < 3; ++i) {
      if (!IsFixed(kTerms[i])) terms[num_terms++] = w_[kTerms[i] % 16];
    }
    if (kFixed != 0) terms[num_terms++] = V::Broadcast(kFixed);
    // The newest term comes last, so that all others can be ready before it.
    if (!IsFixed(kTerms[3])) terms[num_terms++] = w_[kTerms[3] % 16];
    return V::template RotateRight<31>(XorAll(terms, num_terms));
  }

  HERMETIC_KERNEL_INLINE static Register XorAll(const Register* terms, size_t num_terms) {
    switch (num_terms) {
      case 1:
        return terms[0];
      case 2:
        return V::Xor(terms[0], terms[1]);
      case 3:
        return V::Xor3(terms[0], terms[1], terms[2]);
      case 4:
        return V::Xor(V::Xor3(terms[0], terms[1], terms[2]), terms[3]);
      default:
        return V::Xor3(V::Xor3(terms[0], terms[1], terms[2]), terms[3], terms[4]);
    }
  }

  Register s_[5];
  Register w_[16];
};

}  // namespace hermetic::kdf
