// ReadySet is a set of descriptors that reports which of them can receive or send again: once for
// each change (edge-triggered). Linux only so far; kqueue can do the same.
#pragma once

#include <cstdint>
#include <span>

namespace hermetic::transport {

// Readiness of one descriptor.
struct Ready {
  uint32_t number = 0;  // as given to Add
  bool may_receive = false;
  bool has_ended = false;  // the end or an error is there, perhaps after more bytes
  bool may_send = false;
};

class ReadySet {
 public:
  ReadySet() = default;
  ~ReadySet();
  ReadySet(const ReadySet&) = delete;
  ReadySet& operator=(const ReadySet&) = delete;

  // Open, Add and AwaitSend return errno, or 0.
  int Open();
  // The descriptor of the set itself, which is readable while Wait would report something.
  int descriptor() const { return descriptor_; }

  // Add begins to report when `descriptor` can receive.
  int Add(int descriptor, uint32_t number);
  // AwaitSend begins to report, for good, when it can send as well.
  int AwaitSend(int descriptor, uint32_t number);
  // Remove must be called before the descriptor is closed.
  void Remove(int descriptor);

  // Wait stores what has become ready in `out` without waiting, and returns how many.
  size_t Wait(std::span<Ready> out);

 private:
  int descriptor_ = -1;
};

}  // namespace hermetic::transport
