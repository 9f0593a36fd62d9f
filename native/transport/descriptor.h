// Receives and sends over the descriptor of a stream socket that the caller has opened and
// closes. No call waits.
#pragma once

#include <cstddef>

#include "native/base/bytes.h"

namespace hermetic::transport {

// Moved is the result of one direction of a descriptor.
struct Moved {
  size_t count = 0;
  bool has_ended = false;  // the peer has sent FIN; `count` is 0
  int error = 0;           // errno, 0 without an error
};

// IsStreamSocket returns whether the descriptor is a connected or listening socket of bytes.
bool IsStreamSocket(int descriptor);

// Receive fills the start of `out`. A count of 0 without an end or an error means that nothing has
// arrived.
Moved Receive(int descriptor, MutableByteView out);

// Send sends as much as the system takes now.
Moved Send(int descriptor, ByteView bytes);

}  // namespace hermetic::transport
