// A first-in, first-out queue of bytes in one block of memory.
#pragma once

#include <algorithm>
#include <cstring>

#include "native/openssl/bytes.h"

namespace hermetic::tls {

class ByteQueue {
 public:
  size_t size() const { return bytes_.size() - head_; }
  bool empty() const { return size() == 0; }
  openssl::ByteView Front() const { return openssl::ByteView(bytes_).subspan(head_); }

  void Append(openssl::ByteView bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }

  // Take moves up to out.size() bytes to `out` and returns how many.
  size_t Take(openssl::MutableByteView out) {
    const size_t count = std::min(out.size(), size());
    std::copy_n(bytes_.begin() + static_cast<ptrdiff_t>(head_), count, out.begin());
    Drop(count);
    return count;
  }

  // Drop forgets the first `count` bytes. Memory beyond kKeep is given back whenever the queue runs
  // empty, and the unread rest moves to the front once the read part outgrows it, so that each byte
  // moves at most twice.
  void Drop(size_t count) {
    head_ += count;
    if (empty()) {
      head_ = 0;
      bytes_.clear();
      if (bytes_.capacity() > kKeep) openssl::Bytes().swap(bytes_);
    } else if (head_ > size()) {
      bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<ptrdiff_t>(head_));
      head_ = 0;
    }
  }

 private:
  static constexpr size_t kKeep = 16384;
  openssl::Bytes bytes_;
  size_t head_ = 0;
};

}  // namespace hermetic::tls
