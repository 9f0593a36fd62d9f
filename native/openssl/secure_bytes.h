// The owner of secrets: memory that is wiped before it returns to the heap.
#pragma once

#include <openssl/crypto.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace hermetic::openssl {

// CleansingAllocator wipes memory before it returns it to the heap, also when a vector grows.
template <typename T>
struct CleansingAllocator {
  using value_type = T;
  CleansingAllocator() = default;
  template <typename U>
  CleansingAllocator(const CleansingAllocator<U>& /*other*/) {}
  T* allocate(size_t count) { return std::allocator<T>().allocate(count); }
  void deallocate(T* memory, size_t count) {
    OPENSSL_cleanse(memory, count * sizeof(T));
    std::allocator<T>().deallocate(memory, count);
  }
  bool operator==(const CleansingAllocator& /*other*/) const { return true; }
};

using SecureBytes = std::vector<uint8_t, CleansingAllocator<uint8_t>>;

}  // namespace hermetic::openssl
