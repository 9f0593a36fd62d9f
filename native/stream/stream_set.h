// StreamSet is the descriptors on which the connections of one JavaScript thread receive and send.
// It never opens or closes one: the owner of a descriptor removes its stream before it closes it.
// A stream is named by its number, which is used again only after the next Wait, so that no event
// of a removed stream reaches another one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/tls/connection/byte_queue.h"
#include "native/transport/descriptor.h"
#include "native/transport/ready_set.h"

namespace hermetic::stream {

// Change is what Wait reports of one stream.
struct Change {
  uint32_t number = 0;
  bool may_receive = false;
  bool has_ended = false;   // the end or an error is there, perhaps after more bytes
  bool has_sent = false;    // some of the bytes that were waiting have been sent
  bool is_drained = false;  // all of them
  int error = 0;            // errno of sending them
};

class StreamSet {
 public:
  // The most that Receive returns at once.
  static constexpr size_t kMostReceived = 65536;
  // The most changes that Wait returns at once.
  static constexpr size_t kMostChanges = 256;

  Status Open();
  // Readable while Wait would report something.
  int descriptor() const { return ready_.descriptor(); }

  // Add returns the number of the new stream. It fails for anything but a stream socket.
  Result<uint32_t> Add(int descriptor);
  // Remove returns the bytes that were waiting to be sent.
  Bytes Remove(uint32_t number);
  bool Has(uint32_t number) const;

  struct Received {
    ByteView bytes;  // valid until the next Receive of any stream
    transport::Moved moved;
    bool is_dry = false;  // nothing more has arrived, except an end that was reported
  };
  Received Receive(uint32_t number, size_t most);
  // Send sends the bytes after those that wait already; what the system does not take waits.
  // Returns errno, or 0.
  int Send(uint32_t number, ByteView bytes);
  // The number of bytes that wait.
  size_t NumUnsent(uint32_t number) const;

  // SendMemory returns memory of at least `size` bytes, valid until its next call.
  MutableByteView SendMemory(size_t size);

  // Wait sends what was waiting and can be sent now, and returns what has changed, valid until the
  // next call.
  std::span<const Change> Wait();

 private:
  struct Stream {
    int descriptor = -1;
    bool awaits_send = false;
    tls::ByteQueue unsent = {};
  };

  int SendQueue(Stream* stream, size_t* sent);
  Change ChangeOf(const transport::Ready& ready);
  uint32_t NewNumber();

  transport::ReadySet ready_;
  std::vector<Stream> streams_;
  std::vector<uint32_t> free_;
  std::vector<uint32_t> removed_;  // free after the next Wait
  std::vector<Change> changes_;
  Bytes receive_memory_;
  Bytes send_memory_;
};

}  // namespace hermetic::stream
