// A first-in, first-out queue of bytes in one block of memory.
#pragma once

#include <algorithm>
#include <cstring>

#include "native/base/bytes.h"

namespace hermetic::tls {

class ByteQueue {
 public:
  size_t size() const { return bytes_.size() - head_; }
  bool empty() const { return size() == 0; }
  ByteView Front() const { return ByteView(bytes_).subspan(head_); }

  // Append doubles the memory when it needs room, but not beyond kMostSpare while that is enough,
  // so that a queue limited to kMostSpare bytes takes no more memory than that.
  void Append(ByteView bytes) {
    if (bytes.size() > bytes_.capacity() - bytes_.size()) Grow(bytes.size());
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  }

  // TakeBack removes the last `count` bytes, or all if there are fewer, and returns them. It frees
  // memory beyond kMostSpare if the rest needs less.
  Bytes TakeBack(size_t count) {
    const size_t kept = size() - std::min(count, size());
    const ByteView rest = Front().subspan(kept);
    Bytes taken(rest.begin(), rest.end());
    bytes_.resize(head_ + kept);
    if (bytes_.capacity() > kMostSpare) Reallocate(kept);
    return taken;
  }

  size_t capacity() const { return bytes_.capacity(); }

  // Take moves up to out.size() bytes to `out` and returns their number.
  size_t Take(MutableByteView out) {
    const size_t count = std::min(out.size(), size());
    std::copy_n(bytes_.begin() + static_cast<ptrdiff_t>(head_), count, out.begin());
    Drop(count);
    return count;
  }

  // Drop discards the first `count` bytes. It frees memory beyond kKeep whenever the queue runs
  // empty. It moves the unread rest to the front when the read part outgrows it, so that each byte
  // moves at most twice; memory beyond kMostForRest is then freed, too.
  void Drop(size_t count) {
    head_ += count;
    if (empty()) {
      head_ = 0;
      bytes_.clear();
      if (bytes_.capacity() > kKeep) Bytes().swap(bytes_);
    } else if (head_ > size() && bytes_.capacity() > kMostForRest) {
      Reallocate(size());
    } else if (head_ > size()) {
      bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<ptrdiff_t>(head_));
      head_ = 0;
    }
  }

 private:
  static constexpr size_t kKeep = 16384;
  static constexpr size_t kMostSpare = 65536;
  // Holds a chunk of a socket and the beginning of a record left over from the chunk before, so
  // that the memory serves chunk after chunk.
  static constexpr size_t kMostForRest = 2 * kMostSpare;

  void Grow(size_t count) {
    const size_t needed = size() + count;
    Reallocate(
        std::max(needed, needed <= kMostSpare ? std::min(2 * size(), kMostSpare) : 2 * size()));
  }

  void Reallocate(size_t capacity) {
    Bytes moved;
    moved.reserve(capacity);
    const ByteView front = Front();
    moved.assign(front.begin(), front.end());
    bytes_.swap(moved);
    head_ = 0;
  }

  Bytes bytes_;
  size_t head_ = 0;
};

}  // namespace hermetic::tls
