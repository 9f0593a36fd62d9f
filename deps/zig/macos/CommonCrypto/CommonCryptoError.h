// macOS's own header of this name as far as OpenSSL needs it; zig brings none. The functions are in libSystem.
#pragma once

#include <stdint.h>

typedef int32_t CCCryptorStatus;
enum { kCCSuccess = 0 };
