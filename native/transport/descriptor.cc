// See descriptor.h.
#include "native/transport/descriptor.h"

#include "native/base/bytes.h"

#ifdef __linux__

#include <sys/socket.h>
#include <sys/types.h>

#include <cerrno>
#include <cstddef>

namespace hermetic::transport {
namespace {

bool IsForLater(int error) { return error == EAGAIN || error == EWOULDBLOCK; }

template <typename Call>
ssize_t Repeat(Call call) {
  ssize_t result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

}  // namespace

bool IsStreamSocket(int descriptor) {
  int type = 0;
  socklen_t len = sizeof type;
  // NOLINTNEXTLINE(misc-include-cleaner): the header of these names depends on the processor
  return getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &len) == 0 && type == SOCK_STREAM;
}

Moved Receive(int descriptor, MutableByteView out) {
  const ssize_t count =
      Repeat([&] { return recv(descriptor, out.data(), out.size(), MSG_DONTWAIT); });
  if (count > 0) return {.count = static_cast<size_t>(count)};
  if (count == 0) return {.has_ended = true};
  return {.error = IsForLater(errno) ? 0 : errno};
}

Moved Send(int descriptor, ByteView bytes) {
  Moved sent;
  while (sent.count < bytes.size()) {
    const ByteView rest = bytes.subspan(sent.count);
    const ssize_t count = Repeat(
        [&] { return send(descriptor, rest.data(), rest.size(), MSG_DONTWAIT | MSG_NOSIGNAL); });
    if (count < 0) {
      sent.error = IsForLater(errno) ? 0 : errno;
      return sent;
    }
    sent.count += static_cast<size_t>(count);
  }
  return sent;
}

}  // namespace hermetic::transport

#else

#include <cerrno>

namespace hermetic::transport {

bool IsStreamSocket(int /*descriptor*/) { return false; }

Moved Receive(int /*descriptor*/, MutableByteView /*out*/) { return {.error = ENOSYS}; }

Moved Send(int /*descriptor*/, ByteView /*bytes*/) { return {.error = ENOSYS}; }

}  // namespace hermetic::transport

#endif
