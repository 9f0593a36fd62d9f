// See scratch.h.
#include "native/kdf/scratch.h"

#include <openssl/crypto.h>

#include <cstddef>

namespace hermetic::kdf {
namespace {

// The largest kernel uses 3.5 KiB, and its callers less than 1.
constexpr size_t kStackLen = 8192;

#if defined(_MSC_VER)
__declspec(noinline)
#else
__attribute__((noinline))
#endif
void WipeStack() {
  std::byte below[kStackLen];
  OPENSSL_cleanse(below, sizeof below);
}

}  // namespace

void Scratch::Wipe() {
  OPENSSL_cleanse(bytes_, sizeof bytes_);
  WipeStack();
}

}  // namespace hermetic::kdf
