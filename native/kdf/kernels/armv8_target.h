// Attributes for functions that use arm64's SHA instructions, so that their files need no compiler
// flags. An engine calls them only if the processor has the instructions.
#pragma once

#include "native/kdf/kernels/vector.h"

#if defined(_MSC_VER) && !defined(__clang__)
#define HERMETIC_ARMV8_SHA2
#define HERMETIC_ARMV8_SHA512
#elif defined(__clang__)
#define HERMETIC_ARMV8_SHA2 __attribute__((target("sha2")))
// SHA-512 is part of sha3, which includes sha2. Both are named, or zig's clang enables neither.
#define HERMETIC_ARMV8_SHA512 __attribute__((target("sha2,sha3")))
#else
#define HERMETIC_ARMV8_SHA2 __attribute__((target("+crypto")))
#define HERMETIC_ARMV8_SHA512 __attribute__((target("arch=armv8.2-a+sha3")))  // as in arm_neon.h
#endif

// The same for the helpers of a kernel, which must be inlined into its one function.
#define HERMETIC_ARMV8_SHA2_INLINE HERMETIC_ARMV8_SHA2 HERMETIC_KERNEL_INLINE
#define HERMETIC_ARMV8_SHA512_INLINE HERMETIC_ARMV8_SHA512 HERMETIC_KERNEL_INLINE

// HERMETIC_ARMV8_KEEP_LOOP hides the value of a loop's counter, so that compilers do not unroll the
// loop and two compressions share one piece of code. It is a macro because gcc would not inline a
// function with another target.
#if defined(__GNUC__)
#define HERMETIC_ARMV8_KEEP_LOOP(counter) __asm__ volatile("" : "+r"(counter))
#else
#define HERMETIC_ARMV8_KEEP_LOOP(counter)
#endif
