// The engines "armv8" and "armv8.2", with arm64's SHA instructions. The instructions for SHA-512
// belong to a later architecture, and many processors lack them; hence two engines.
#include <span>

#include "native/kdf/cpu.h"
#include "native/kdf/kernel.h"

#if defined(__aarch64__) || defined(_M_ARM64)
#include "native/kdf/kernels/sha1_armv8.h"
#include "native/kdf/kernels/sha256_armv8.h"
#include "native/kdf/kernels/sha512_armv8.h"
#endif

namespace hermetic::kdf {
namespace {

#if defined(__aarch64__) || defined(_M_ARM64)

constexpr Kernel kKernels[] = {
    {"sha1-armv8-x1", Compression::kSha1, false, 1, false, RunSha1Armv8<1>},
    {"sha1-armv8-x2", Compression::kSha1, false, 2, false, RunSha1Armv8<2>},
    {"sha1-armv8-x4", Compression::kSha1, false, 4, false, RunSha1Armv8<4>},
    {"sha256-armv8-x1", Compression::kSha256, false, 1, false, RunSha256Armv8<1, false>},
    {"sha256-armv8-x2", Compression::kSha256, false, 2, false, RunSha256Armv8<2, false>},
    {"sha256-armv8-x4", Compression::kSha256, false, 4, false, RunSha256Armv8<4, false>},
    {"sha256t-armv8-x1", Compression::kSha256, true, 1, false, RunSha256Armv8<1, true>},
    {"sha256t-armv8-x2", Compression::kSha256, true, 2, false, RunSha256Armv8<2, true>},
};

constexpr Kernel kSha512Kernels[] = {
    {"sha512-armv8.2-x1", Compression::kSha512, false, 1, false, RunSha512Armv8<1, false>},
    {"sha512-armv8.2-x2", Compression::kSha512, false, 2, false, RunSha512Armv8<2, false>},
    {"sha512t-armv8.2-x1", Compression::kSha512, true, 1, false, RunSha512Armv8<1, true>},
    {"sha512t-armv8.2-x2", Compression::kSha512, true, 2, false, RunSha512Armv8<2, true>},
};

#else

constexpr std::span<const Kernel> kKernels;
constexpr std::span<const Kernel> kSha512Kernels;

#endif

bool HasSha1AndSha2(const Cpu& cpu) { return cpu.sha1_sha2; }

bool HasSha512(const Cpu& cpu) { return cpu.sha512; }

}  // namespace

constinit const Engine kArmv8Engine = {"armv8", HasSha1AndSha2, kKernels};
constinit const Engine kArmv8Sha512Engine = {"armv8.2", HasSha512, kSha512Kernels};

}  // namespace hermetic::kdf
