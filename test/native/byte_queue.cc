// ByteQueue against a deque, with random operations, and the memory that it takes. Prints a line
// for each thing that is wrong.
#include "native/tls/connection/byte_queue.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <random>
#include <vector>

namespace {

using hermetic::Bytes;
using hermetic::tls::ByteQueue;

constexpr size_t kBound = 65536;
int failures = 0;

void Check(bool is_right, const char* what) {
  if (is_right) return;
  ++failures;
  std::printf("wrong: %s\n", what);
}

class Model {
 public:
  explicit Model(uint32_t seed) : random_(seed) {}

  void Append(size_t count) {
    Bytes bytes(count);
    for (uint8_t& byte : bytes) byte = next_++;
    queue_.Append(bytes);
    model_.insert(model_.end(), bytes.begin(), bytes.end());
    has_grown_ |= model_.size() > kBound;
    if (!has_grown_) Check(queue_.capacity() <= kBound, "capacity after Append");
    Compare();
  }

  void Take(size_t count) {
    Bytes out(count);
    out.resize(queue_.Take(out));
    Check(out.size() == std::min(count, model_.size()), "number of bytes of Take");
    Check(std::equal(out.begin(), out.end(), model_.begin()), "bytes of Take");
    model_.erase(model_.begin(), model_.begin() + static_cast<ptrdiff_t>(out.size()));
    if (model_.empty()) has_grown_ = false;
    Compare();
  }

  void TakeBack(size_t count) {
    const Bytes out = queue_.TakeBack(count);
    Check(out.size() == std::min(count, model_.size()), "number of bytes of TakeBack");
    const auto first = model_.end() - static_cast<ptrdiff_t>(out.size());
    Check(std::equal(out.begin(), out.end(), first), "bytes of TakeBack");
    model_.erase(first, model_.end());
    if (model_.size() <= kBound) {
      has_grown_ = false;
      Check(queue_.capacity() <= kBound, "capacity after TakeBack");
    }
    Compare();
  }

  void Step() {
    const size_t most = std::uniform_int_distribution<int>(0, 9)(random_) == 0 ? 100000 : 3000;
    const size_t count = std::uniform_int_distribution<size_t>(0, most)(random_);
    switch (std::uniform_int_distribution<int>(0, 3)(random_)) {
      case 0:
        return Take(count);
      case 1:
        return TakeBack(count);
      default:
        return Append(model_.size() > 300000 ? 0 : count);
    }
  }

 private:
  void Compare() {
    Check(queue_.size() == model_.size(), "size");
    const auto front = queue_.Front();
    Check(std::equal(front.begin(), front.end(), model_.begin(), model_.end()), "content");
  }

  std::mt19937 random_;
  ByteQueue queue_;
  std::deque<uint8_t> model_;
  uint8_t next_ = 0;
  bool has_grown_ = false;  // beyond the bound, since the queue was last within it for sure
};

}  // namespace

int main() {
  for (uint32_t seed = 0; seed < 20; ++seed) {
    Model model(seed);
    for (int i = 0; i < 300; ++i) model.Step();
  }
  // A peer that sends while nothing is read, byte by byte and in pieces, up to the bound.
  for (const size_t piece : {size_t{1}, size_t{700}, size_t{16384}, size_t{40000}}) {
    ByteQueue queue;
    const Bytes bytes(piece, 1);
    while (queue.size() + piece <= kBound) {
      queue.Append(bytes);
      Check(queue.capacity() <= kBound, "capacity below the bound");
    }
    queue.Append(Bytes(60000, 2));
    queue.TakeBack(queue.size() - kBound);
    Check(queue.size() == kBound && queue.capacity() <= kBound, "capacity at the bound");
  }
  // What is left of much, as the beginning of a record is.
  ByteQueue queue;
  queue.Append(Bytes(200000, 1));
  queue.Drop(199000);
  Check(queue.size() == 1000 && queue.capacity() <= 2 * kBound, "capacity of a small rest");
  std::printf("%d failures\n", failures);
  return failures == 0 ? 0 : 1;
}
