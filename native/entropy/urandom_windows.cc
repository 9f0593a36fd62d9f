// See urandom.h: BCryptGenRandom, which needs neither a descriptor nor a handle.
#include "native/entropy/urandom.h"

#if defined(_WIN32)

#include <windows.h>
// Included after windows.h, whose types it uses.
#include <bcrypt.h>

#include <algorithm>
#include <cerrno>

namespace hermetic::entropy {

Status Urandom(MutableByteView out) {
  constexpr size_t kLongestCall = size_t{1} << 30;  // a ULONG counts the bytes
  while (!out.empty()) {
    const size_t len = std::min(out.size(), kLongestCall);
    const NTSTATUS status = BCryptGenRandom(nullptr, out.data(), static_cast<ULONG>(len),
                                            BCRYPT_USE_SYSTEM_PREFERRED_RNG);
    if (status < 0) return SystemError(EIO, "BCryptGenRandom", "");
    out = out.subspan(len);
  }
  return Ok();
}

Result<size_t> Getrandom(MutableByteView /*out*/, unsigned /*flags*/) {
  return NotImplementedError("getrandom exists on Linux only; use urandom");
}

}  // namespace hermetic::entropy

#endif  // defined(_WIN32)
