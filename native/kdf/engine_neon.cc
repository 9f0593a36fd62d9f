// The engine "neon", with arm64's vectors: for processors without SHA instructions.
#include <span>

#include "native/kdf/cpu.h"
#include "native/kdf/kernel.h"

#if defined(__aarch64__) || defined(_M_ARM64)
#include <cstdint>

#include "native/kdf/kernels/lanes.h"
#include "native/kdf/kernels/sha1_lanes.h"
#include "native/kdf/kernels/sha2_lanes.h"
#include "native/kdf/kernels/vector_neon.h"
#endif

namespace hermetic::kdf {
namespace {

#if defined(__aarch64__) || defined(_M_ARM64)

using Sha1 = Sha1Rounds<NeonWords32>;
using Sha256 = Sha2Rounds<NeonWords32, false>;
using Sha256Truncated = Sha2Rounds<NeonWords32, true>;
using Sha512 = Sha2Rounds<NeonWords64, false>;
using Sha512Truncated = Sha2Rounds<NeonWords64, true>;

template <class Rounds>
void Loop(uint32_t num_iterations, typename Rounds::Lanes* lanes) {
  Iterate<Rounds>(num_iterations, lanes);
}

template <class Rounds>
constexpr auto kRun = RunLanes<typename Rounds::Lanes, Loop<Rounds>>;

constexpr Kernel kKernels[] = {
    {"sha1-neon-x4", Compression::kSha1, false, 4, false, kRun<Sha1>},
    {"sha256-neon-x4", Compression::kSha256, false, 4, false, kRun<Sha256>},
    {"sha256t-neon-x4", Compression::kSha256, true, 4, false, kRun<Sha256Truncated>},
    {"sha512-neon-x2", Compression::kSha512, false, 2, false, kRun<Sha512>},
    {"sha512t-neon-x2", Compression::kSha512, true, 2, false, kRun<Sha512Truncated>},
};

#else

constexpr std::span<const Kernel> kKernels;

#endif

bool RunsOn(const Cpu& cpu) { return cpu.neon; }

}  // namespace

constinit const Engine kNeonEngine = {"neon", RunsOn, kKernels};

}  // namespace hermetic::kdf
