// The working memory of kernels.
#pragma once

#include <cstddef>

#include "native/kdf/kernel.h"

namespace hermetic::kdf {

// Scratch is one thread's working memory. Wipe also clears the part of the calling thread's stack
// that kernels below the caller have used, because they spill words there. The destructor wipes.
class Scratch {
 public:
  Scratch() = default;
  ~Scratch() { Wipe(); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  void* data() { return bytes_; }
  void Wipe();

 private:
  alignas(64) std::byte bytes_[Kernel::kScratchLen];
};

}  // namespace hermetic::kdf
