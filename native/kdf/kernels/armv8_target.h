// What marks functions that use arm64's SHA instructions, so that their files need no compiler
// flags: an engine calls them only where the processor has the instructions.
#pragma once

#include "native/kdf/kernels/vector.h"

#if defined(_MSC_VER) && !defined(__clang__)
#define HERMETIC_ARMV8_SHA2
#define HERMETIC_ARMV8_SHA512
#elif defined(__clang__)
#define HERMETIC_ARMV8_SHA2 __attribute__((target("sha2")))
// SHA-512 is a part of sha3, which stands on sha2: named, or zig's clang goes on without both.
#define HERMETIC_ARMV8_SHA512 __attribute__((target("sha2,sha3")))
#else
#define HERMETIC_ARMV8_SHA2 __attribute__((target("+crypto")))
#define HERMETIC_ARMV8_SHA512 __attribute__((target("arch=armv8.2-a+sha3")))  // as in arm_neon.h
#endif

// The same for the helpers of a kernel, which have to be part of its one function.
#define HERMETIC_ARMV8_SHA2_INLINE HERMETIC_ARMV8_SHA2 HERMETIC_KERNEL_INLINE
#define HERMETIC_ARMV8_SHA512_INLINE HERMETIC_ARMV8_SHA512 HERMETIC_KERNEL_INLINE

// HERMETIC_ARMV8_KEEP_LOOP hides what a loop's counter is: two compressions by one piece of code,
// where compilers would unroll. No function: gcc would not inline it where the targets differ.
#if defined(__GNUC__)
#define HERMETIC_ARMV8_KEEP_LOOP(counter) __asm__ volatile("" : "+r"(counter))
#else
#define HERMETIC_ARMV8_KEEP_LOOP(counter)
#endif
