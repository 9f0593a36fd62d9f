// The loops of the engine "sha-ni", compiled by scripts/generate-kernels.mjs (and by MSVC): loop.h.
#include "native/kdf/kernels/loop.h"

#if defined(HERMETIC_X86_64) && defined(HERMETIC_KERNELS_FROM_SOURCE)

#include <cstdint>

#include "native/kdf/kernels/lanes.h"
#include "native/kdf/kernels/sha1_ni.h"    // IWYU pragma: keep
#include "native/kdf/kernels/sha256_ni.h"  // IWYU pragma: keep

namespace hermetic::kdf {

#define HERMETIC_LOOP(symbol, name, compression, is_truncated, Lanes, ...) \
  extern "C" void symbol(uint32_t num_iterations, Lanes* lanes) {          \
    Iterate<__VA_ARGS__>(num_iterations, lanes);                           \
  }
#include "native/kdf/kernels/list_sha_ni.inc"
#undef HERMETIC_LOOP

}  // namespace hermetic::kdf

#endif
