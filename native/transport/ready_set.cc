// See ready_set.h.
#include "native/transport/ready_set.h"

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <span>

#ifdef __linux__

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace hermetic::transport {
namespace {

constexpr size_t kMostAtOnce = 256;
constexpr uint32_t kReceiving = EPOLLIN | EPOLLRDHUP | EPOLLET;
constexpr uint32_t kMayReceive = EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR;
constexpr uint32_t kHasEnded = EPOLLRDHUP | EPOLLHUP | EPOLLERR;
constexpr uint32_t kMaySend = EPOLLOUT | EPOLLHUP | EPOLLERR;

int Control(int set, int operation, int descriptor, epoll_event event) {
  return epoll_ctl(set, operation, descriptor, &event) == 0 ? 0 : errno;
}

epoll_event EventOf(uint32_t events, uint32_t number) {
  epoll_event event = {};
  event.events = events;
  event.data.u32 = number;
  return event;
}

}  // namespace

ReadySet::~ReadySet() {
  if (descriptor_ >= 0) close(descriptor_);
}

int ReadySet::Open() {
  descriptor_ = epoll_create1(EPOLL_CLOEXEC);
  return descriptor_ >= 0 ? 0 : errno;
}

int ReadySet::Add(int descriptor, uint32_t number) {
  return Control(descriptor_, EPOLL_CTL_ADD, descriptor, EventOf(kReceiving, number));
}

int ReadySet::AwaitSend(int descriptor, uint32_t number) {
  return Control(descriptor_, EPOLL_CTL_MOD, descriptor, EventOf(kReceiving | EPOLLOUT, number));
}

void ReadySet::Remove(int descriptor) { Control(descriptor_, EPOLL_CTL_DEL, descriptor, {}); }

size_t ReadySet::Wait(std::span<Ready> out) {
  std::array<epoll_event, kMostAtOnce> events;
  const auto most = static_cast<int>(std::min(out.size(), events.size()));
  const int count = epoll_wait(descriptor_, events.data(), most, 0);
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<size_t>(i)];
    out[static_cast<size_t>(i)] = {.number = event.data.u32,
                                   .may_receive = (event.events & kMayReceive) != 0,
                                   .has_ended = (event.events & kHasEnded) != 0,
                                   .may_send = (event.events & kMaySend) != 0};
  }
  return static_cast<size_t>(std::max(count, 0));
}

}  // namespace hermetic::transport

#else

namespace hermetic::transport {

ReadySet::~ReadySet() = default;

int ReadySet::Open() { return ENOSYS; }

int ReadySet::Add(int /*descriptor*/, uint32_t /*number*/) { return ENOSYS; }

int ReadySet::AwaitSend(int /*descriptor*/, uint32_t /*number*/) { return ENOSYS; }

void ReadySet::Remove(int /*descriptor*/) {}

size_t ReadySet::Wait(std::span<Ready> /*out*/) { return 0; }

}  // namespace hermetic::transport

#endif
