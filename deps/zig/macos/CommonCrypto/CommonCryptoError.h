// The part of macOS's header of this name that OpenSSL needs; zig does not include it. The functions are in libSystem.
#pragma once

#include <stdint.h>

typedef int32_t CCCryptorStatus;
enum { kCCSuccess = 0 };
