// The engine "avx512": every compression in lanes of a 512-bit register, or of its lower part.
#include "native/kdf/cpu.h"
#include "native/kdf/kernel.h"
#include "native/kdf/kernels/loop.h"

#if defined(HERMETIC_X86_64)
#include <cstdint>

#include "native/kdf/kernels/lanes.h"
#include "native/kdf/kernels/sha1_lanes.h"  // IWYU pragma: keep
#include "native/kdf/kernels/sha2_lanes.h"  // IWYU pragma: keep
#else
#include <span>
#endif

namespace hermetic::kdf {

#if defined(HERMETIC_X86_64)
#define HERMETIC_LOOP(symbol, name, compression, is_truncated, Lanes, ...) \
  extern "C" HERMETIC_LOOP_ABI void symbol(uint32_t num_iterations, Lanes* lanes);
#include "native/kdf/kernels/list_avx512.inc"
#undef HERMETIC_LOOP
#endif

namespace {

#if defined(HERMETIC_X86_64)

constexpr Kernel kKernels[] = {
#define HERMETIC_LOOP(symbol, name, compression, is_truncated, Lanes, ...) \
  {name, Compression::compression, is_truncated, Lanes::kNumLanes, RunLanes<Lanes, symbol>},
#include "native/kdf/kernels/list_avx512.inc"
#undef HERMETIC_LOOP
};

#else

constexpr std::span<const Kernel> kKernels;

#endif

bool RunsOn(const Cpu& cpu) { return cpu.avx512; }

}  // namespace

constinit const Engine kAvx512Engine = {"avx512", RunsOn, kKernels};

}  // namespace hermetic::kdf
