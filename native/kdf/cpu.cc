// Asks the processor, and the operating system for features that only it knows.
#include "native/kdf/cpu.h"

#include <cstdint>

#if defined(__x86_64__) || defined(_M_X64)
#define HERMETIC_CPU_X86_64 1
#if defined(_MSC_VER)
#include <intrin.h>
#else
#include <cpuid.h>
#endif
#elif defined(__aarch64__) || defined(_M_ARM64)
#define HERMETIC_CPU_ARM64 1
#if defined(__linux__)
#include <sys/auxv.h>
#elif defined(__APPLE__)
#include <sys/sysctl.h>

#include <cstddef>
#elif defined(_WIN32)
#ifndef NOMINMAX
#define NOMINMAX
#endif
#include <windows.h>
#endif
#endif

namespace hermetic::kdf {
namespace {

#if defined(HERMETIC_CPU_X86_64)

struct Registers {
  uint32_t eax = 0;
  uint32_t ebx = 0;
  uint32_t ecx = 0;
  uint32_t edx = 0;
};

// CpuId returns zeros for a leaf that the processor does not have.
Registers CpuId(uint32_t leaf, uint32_t subleaf) {
  Registers out;
#if defined(_MSC_VER)
  int words[4];
  __cpuid(words, 0);
  if (static_cast<uint32_t>(words[0]) < leaf) return out;
  __cpuidex(words, static_cast<int>(leaf), static_cast<int>(subleaf));
  out.eax = static_cast<uint32_t>(words[0]);
  out.ebx = static_cast<uint32_t>(words[1]);
  out.ecx = static_cast<uint32_t>(words[2]);
  out.edx = static_cast<uint32_t>(words[3]);
#else
  __get_cpuid_count(leaf, subleaf, &out.eax, &out.ebx, &out.ecx, &out.edx);
#endif
  return out;
}

// SavedState returns XCR0: the registers that the operating system saves when it switches threads.
uint64_t SavedState() {
#if defined(_MSC_VER)
  return _xgetbv(0);
#else
  uint32_t low = 0;
  uint32_t high = 0;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return uint64_t{high} << 32 | low;
#endif
}

constexpr bool HasAll(uint64_t bits, uint64_t wanted) { return (bits & wanted) == wanted; }

constexpr uint32_t Bit(int index) { return uint32_t{1} << index; }

Cpu Detect() {
  constexpr uint32_t kSsse3AndSse41 = Bit(9) | Bit(19);                // leaf 1, ecx
  constexpr uint32_t kOsxsaveAndAvx = Bit(27) | Bit(28);               // leaf 1, ecx
  constexpr uint32_t kAvx2 = Bit(5);                                   // leaf 7, ebx
  constexpr uint32_t kSha = Bit(29);                                   // leaf 7, ebx
  constexpr uint32_t kBmi = Bit(3) | Bit(8);                           // leaf 7, ebx: BMI1, BMI2
  constexpr uint32_t kAvx512 = Bit(16) | Bit(17) | Bit(30) | Bit(31);  // F, DQ, BW, VL
  constexpr uint64_t kYmm = Bit(1) | Bit(2);                           // XCR0: xmm, ymm
  constexpr uint64_t kZmm = kYmm | Bit(5) | Bit(6) | Bit(7);           // masks, zmm, zmm16-31
  const uint32_t basic = CpuId(1, 0).ecx;
  const uint32_t extended = CpuId(7, 0).ebx;
  const uint64_t saved = HasAll(basic, kOsxsaveAndAvx) ? SavedState() : 0;
  Cpu cpu;
  cpu.sha = HasAll(basic, kSsse3AndSse41) && HasAll(extended, kSha);
  cpu.avx = HasAll(saved, kYmm);
  cpu.avx2 = cpu.avx && HasAll(extended, kAvx2);
  cpu.avx512 = cpu.avx2 && HasAll(saved, kZmm) && HasAll(extended, kAvx512 | kBmi);
  return cpu;
}

#elif defined(HERMETIC_CPU_ARM64) && defined(__linux__)

Cpu Detect() {
  // From asm/hwcap.h, whose older versions lack the last one.
  constexpr unsigned long kAsimd = 1UL << 1;
  constexpr unsigned long kSha1AndSha2 = 1UL << 5 | 1UL << 6;
  constexpr unsigned long kSha512 = 1UL << 21;
  const unsigned long bits = getauxval(AT_HWCAP);
  Cpu cpu;
  cpu.neon = (bits & kAsimd) != 0;
  cpu.sha1_sha2 = cpu.neon && (bits & kSha1AndSha2) == kSha1AndSha2;
  cpu.sha512 = cpu.neon && (bits & kSha512) != 0;
  return cpu;
}

#elif defined(HERMETIC_CPU_ARM64) && defined(__APPLE__)

// HasFeature returns false for a name that this macOS does not know.
bool HasFeature(const char* name) {
  int value = 0;
  size_t value_len = sizeof value;
  return sysctlbyname(name, &value, &value_len, nullptr, 0) == 0 && value != 0;
}

Cpu Detect() {
  Cpu cpu;
  cpu.neon = true;
  // Every arm64 Mac has them; macOS 11 has no name for them.
  cpu.sha1_sha2 = true;
  cpu.sha512 =
      HasFeature("hw.optional.arm.FEAT_SHA512") || HasFeature("hw.optional.armv8_2_sha512");
  return cpu;
}

#elif defined(HERMETIC_CPU_ARM64) && defined(_WIN32)

Cpu Detect() {
  // PF_ARM_SHA512_INSTRUCTIONS_AVAILABLE, which only the newest SDK defines; an older Windows
  // returns false.
  constexpr DWORD kSha512 = 65;
  Cpu cpu;
  cpu.neon = IsProcessorFeaturePresent(PF_ARM_NEON_INSTRUCTIONS_AVAILABLE) != 0;
  cpu.sha1_sha2 = IsProcessorFeaturePresent(PF_ARM_V8_CRYPTO_INSTRUCTIONS_AVAILABLE) != 0;
  cpu.sha512 = cpu.sha1_sha2 && IsProcessorFeaturePresent(kSha512) != 0;
  return cpu;
}

#else

Cpu Detect() { return {}; }

#endif

}  // namespace

const Cpu& ThisCpu() {
  static const Cpu kCpu = Detect();
  return kCpu;
}

}  // namespace hermetic::kdf
