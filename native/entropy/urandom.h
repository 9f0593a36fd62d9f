// Random bytes from the operating system, as Python's os.urandom and os.getrandom give them.
// Nothing here goes through OpenSSL's generator.
#pragma once

#include <cstddef>

#include "native/base/bytes.h"
#include "native/base/result.h"

namespace hermetic::entropy {

// Urandom fills `out` with bytes of the system's generator, from any thread.
//
// POSIX: one descriptor of /dev/urandom is opened at the first call and kept for the life of the
// process. Before and after each read its device and inode are compared with those it was opened
// with: a descriptor that has become somebody else's is forgotten, never closed, and nothing that
// came from it is given out. Where there is no such device: getrandom(2) or getentropy(3).
// Windows: BCryptGenRandom with the system's preferred generator.
//
// Fails with a system error (EMFILE when no descriptor is free at the first call), or
// kNotImplemented when the platform has no source at all. `out` is then unspecified.
Status Urandom(MutableByteView out);

// Getrandom is one call of getrandom(2) and gives the number of bytes it filled, which may be fewer
// than asked for. Fails with the call's errno (EAGAIN with GRND_NONBLOCK before the generator is
// ready), or kNotImplemented elsewhere than on Linux.
Result<size_t> Getrandom(MutableByteView out, unsigned flags);

}  // namespace hermetic::entropy
