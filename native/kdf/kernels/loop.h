// The boundary between C++ and the kernels' loops. On x86-64 the loops are the assembler of
// generated/, so their speed does not depend on the compiler that builds the rest.
// scripts/generate-kernels.mjs makes it from the loops_*.cc here, and for the engines "avx512" and
// "sha-ni-avx" by generators in scripts/kernels. If the compiler needs another assembler (MSVC),
// the build defines HERMETIC_KERNELS_FROM_SOURCE and compiles loops_*.cc itself, without those
// engines.
#pragma once

#if defined(__x86_64__) || defined(_M_X64)
#define HERMETIC_X86_64 1
#endif

// The generated code follows the System V convention on every system.
#if defined(HERMETIC_X86_64) && defined(_WIN32) && !defined(HERMETIC_KERNELS_FROM_SOURCE)
#define HERMETIC_LOOP_ABI __attribute__((sysv_abi))
#else
#define HERMETIC_LOOP_ABI
#endif
