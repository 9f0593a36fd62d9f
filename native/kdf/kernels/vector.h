// The vector operations that lane kernels need. A trait class names one register type and the dozen
// operations of SHA-1 and SHA-2 on it; sha1_lanes.h and sha2_lanes.h are templates over such
// traits. This file does not use intrinsics.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>

// A kernel is one function of some thousand instructions whose state stays in registers. That
// requires every helper to be inlined, even if the compiler considers it too large.
#if defined(_MSC_VER) && !defined(__clang__)
#define HERMETIC_KERNEL_INLINE __forceinline
#else
#define HERMETIC_KERNEL_INLINE inline __attribute__((always_inline))
#endif

namespace hermetic::kdf {

// Vector is a trait class: `Word` is uint32_t or uint64_t, `Register` holds kNumLanes of them, and
// each function works on all lanes. It also has RotateRight<n>(x) and ShiftRight<n>(x).
template <class V>
concept Vector = requires(typename V::Register x, typename V::Word word,
                          const typename V::Word* source, typename V::Word* target) {
  requires std::same_as<typename V::Word, uint32_t> || std::same_as<typename V::Word, uint64_t>;
  { V::kNumLanes } -> std::convertible_to<size_t>;
  { V::Load(source) } -> std::same_as<typename V::Register>;  // kNumLanes words, aligned
  V::Store(target, x);
  { V::Broadcast(word) } -> std::same_as<typename V::Register>;
  { V::Add(x, x) } -> std::same_as<typename V::Register>;
  { V::Xor(x, x) } -> std::same_as<typename V::Register>;
  { V::Xor3(x, x, x) } -> std::same_as<typename V::Register>;
  { V::Choose(x, x, x) } -> std::same_as<typename V::Register>;    // FIPS 180-4: Ch
  { V::Majority(x, x, x) } -> std::same_as<typename V::Register>;  // FIPS 180-4: Maj
  { V::Patch(x, x, x) } -> std::same_as<typename V::Register>;     // (x & keep) | pad
};

}  // namespace hermetic::kdf
