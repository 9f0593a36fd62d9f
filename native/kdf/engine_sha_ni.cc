// The engine "sha-ni": SHA-1 and SHA-256 by the SHA extensions of x86-64.
#include "native/kdf/cpu.h"
#include "native/kdf/kernel.h"
#include "native/kdf/kernels/loop.h"

#if defined(HERMETIC_X86_64)
#include <cstdint>

#include "native/kdf/kernels/lanes.h"
#include "native/kdf/kernels/sha1_ni.h"    // IWYU pragma: keep
#include "native/kdf/kernels/sha256_ni.h"  // IWYU pragma: keep
#else
#include <span>
#endif

namespace hermetic::kdf {

#if defined(HERMETIC_X86_64)
#define HERMETIC_LOOP(symbol, name, compression, is_truncated, Lanes, ...) \
  extern "C" HERMETIC_LOOP_ABI void symbol(uint32_t num_iterations, Lanes* lanes);
#include "native/kdf/kernels/list_sha_ni.inc"
#undef HERMETIC_LOOP
#endif

namespace {

#if defined(HERMETIC_X86_64)

constexpr Kernel kKernels[] = {
#define HERMETIC_LOOP(symbol, name, compression, is_truncated, Lanes, ...) \
  {name, Compression::compression, is_truncated, Lanes::kNumLanes, RunLanes<Lanes, symbol>},
#include "native/kdf/kernels/list_sha_ni.inc"
#undef HERMETIC_LOOP
};

#else

constexpr std::span<const Kernel> kKernels;

#endif

bool RunsOn(const Cpu& cpu) { return cpu.sha; }

}  // namespace

constinit const Engine kShaNiEngine = {"sha-ni", RunsOn, kKernels};

}  // namespace hermetic::kdf
