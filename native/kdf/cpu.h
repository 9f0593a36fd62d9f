// The features of this processor that the operating system supports, determined once.
#pragma once

namespace hermetic::kdf {

struct Cpu {
  // x86-64
  bool sha = false;  // SHA extensions, with SSSE3 and SSE4.1
  bool avx = false;  // and the system saves ymm registers
  bool avx2 = false;
  bool avx512 = false;  // AVX-512 F, VL, BW and DQ, BMI1 and 2, and the system saves zmm registers
  // arm64
  bool neon = false;
  bool sha1_sha2 = false;  // SHA-1 and SHA-256 instructions (ARMv8.0 cryptography extension)
  bool sha512 = false;     // SHA-512 instructions (ARMv8.2)
};

// ThisCpu returns the features of the processor that runs this process.
const Cpu& ThisCpu();

}  // namespace hermetic::kdf
