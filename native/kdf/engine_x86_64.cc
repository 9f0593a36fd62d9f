// The engines of x86-64. Their kernels are generated assembler, one list for each engine.
#include <span>  // IWYU pragma: keep

#include "native/kdf/cpu.h"
#include "native/kdf/kernel.h"
#include "native/kdf/kernels/loop.h"

#if defined(HERMETIC_X86_64)
#include <cstdint>

#include "native/kdf/kernels/hybrid_lanes.h"  // IWYU pragma: keep
#include "native/kdf/kernels/lanes.h"
#include "native/kdf/kernels/sha1_lanes.h"  // IWYU pragma: keep
#include "native/kdf/kernels/sha1_ni.h"     // IWYU pragma: keep
#include "native/kdf/kernels/sha256_ni.h"   // IWYU pragma: keep
#include "native/kdf/kernels/sha2_lanes.h"  // IWYU pragma: keep
#endif

namespace hermetic::kdf {

#if defined(HERMETIC_X86_64)
#define HERMETIC_LOOP(symbol, name, compression, is_truncated, Lanes, ...) \
  extern "C" HERMETIC_LOOP_ABI void symbol(uint32_t num_iterations, Lanes* lanes);
#include "native/kdf/kernels/list_avx2.inc"
#include "native/kdf/kernels/list_avx512.inc"
#include "native/kdf/kernels/list_sha_ni.inc"
#include "native/kdf/kernels/list_sha_ni_avx.inc"
#undef HERMETIC_LOOP
#endif

namespace {

#if defined(HERMETIC_X86_64)

#define HERMETIC_LOOP(symbol, name, compression, is_truncated, Lanes, ...) \
  {name,                                                                   \
   Compression::compression,                                               \
   is_truncated,                                                           \
   Lanes::kNumLanes,                                                       \
   kIsHybrid<Lanes>,                                                       \
   RunLanes<Lanes, symbol>},

constexpr Kernel kShaNiKernels[] = {
#include "native/kdf/kernels/list_sha_ni.inc"
};
constexpr Kernel kAvx2Kernels[] = {
#include "native/kdf/kernels/list_avx2.inc"
};
// These are not written in C++.
#if defined(HERMETIC_KERNELS_FROM_SOURCE)
constexpr std::span<const Kernel> kShaNiAvxKernels;
constexpr std::span<const Kernel> kAvx512Kernels;
#else
constexpr Kernel kShaNiAvxKernels[] = {
#include "native/kdf/kernels/list_sha_ni_avx.inc"
};
constexpr Kernel kAvx512Kernels[] = {
#include "native/kdf/kernels/list_avx512.inc"
};
#endif

#undef HERMETIC_LOOP

#else

constexpr std::span<const Kernel> kShaNiKernels;
constexpr std::span<const Kernel> kShaNiAvxKernels;
constexpr std::span<const Kernel> kAvx2Kernels;
constexpr std::span<const Kernel> kAvx512Kernels;

#endif

bool HasShaExtensions(const Cpu& cpu) { return cpu.sha; }
bool HasShaExtensionsAndAvx(const Cpu& cpu) { return cpu.sha && cpu.avx; }
bool HasAvx2(const Cpu& cpu) { return cpu.avx2; }
bool HasAvx512(const Cpu& cpu) { return cpu.avx512; }

}  // namespace

// SHA-1 and SHA-256 with the SHA extensions.
constinit const Engine kShaNiEngine = {"sha-ni", HasShaExtensions, kShaNiKernels};
// SHA-256 with both.
constinit const Engine kShaNiAvxEngine = {"sha-ni-avx", HasShaExtensionsAndAvx, kShaNiAvxKernels};
// Every compression in lanes of a 256-bit register.
constinit const Engine kAvx2Engine = {"avx2", HasAvx2, kAvx2Kernels};
// Every compression in lanes of a 512-bit register, or of its lower part.
constinit const Engine kAvx512Engine = {"avx512", HasAvx512, kAvx512Kernels};

}  // namespace hermetic::kdf
