// Random bytes from the operating system, as from Python's os.urandom and os.getrandom. OpenSSL's
// generator is not used.
#pragma once

#include <cstddef>

#include "native/base/bytes.h"
#include "native/base/result.h"

namespace hermetic::entropy {

// Urandom fills `out` with bytes of the system's generator, from any thread.
//
// POSIX: one descriptor of /dev/urandom is opened at the first call and kept for the life of the
// process. Before and after each read its device and inode are compared with those at opening. If
// the descriptor now belongs to another file, it is forgotten, never closed, and bytes that came
// from it are not returned. Without such a device: getrandom(2) or getentropy(3). Windows:
// BCryptGenRandom with the system's preferred generator.
//
// Fails with a system error (EMFILE if no descriptor is free at the first call), or kNotImplemented
// if the platform has no source at all. `out` is then unspecified.
Status Urandom(MutableByteView out);

// Getrandom makes one call of getrandom(2) and returns the number of bytes filled, which may be
// fewer than requested. Fails with the call's errno (EAGAIN with GRND_NONBLOCK before the generator
// is ready), or kNotImplemented on systems other than Linux.
Result<size_t> Getrandom(MutableByteView out, unsigned flags);

}  // namespace hermetic::entropy
