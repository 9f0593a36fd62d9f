// MemoryBio is one direction of a connection's ciphertext (Python: ssl.MemoryBIO), and the
// transport of every Connection. OpenSSL reads and writes a BIO over two of them.
#pragma once

#include <memory>

#include "native/base/result.h"
#include "native/openssl/ptr.h"
#include "native/tls/connection/byte_queue.h"

namespace hermetic::tls {

class MemoryBio {
 public:
  // Write appends bytes; it fails after WriteEof.
  Status Write(ByteView bytes);
  void WriteEof() { eof_written_ = true; }

  size_t pending() const { return queue_.size(); }
  // AtEof is true after the end was written and everything before it was taken.
  bool AtEof() const { return eof_written_ && queue_.empty(); }
  ByteQueue& queue() { return queue_; }

 private:
  ByteQueue queue_;
  bool eof_written_ = false;
};

// Transport is the pair of queues of one connection. The connection owns it, and it outlives the
// BIO.
struct Transport {
  std::shared_ptr<MemoryBio> incoming;
  std::shared_ptr<MemoryBio> outgoing;

  // Hold keeps back everything written from now on, until Release sends it or Drop discards it.
  void Hold() { is_holding = true; }
  void Release();
  void Drop();
  // ReleaseAlert sends the bytes held back if they are a single alert.
  void ReleaseAlert();

  bool is_holding = false;
  // Whether OpenSSL treats the end of `incoming` as a wait for more bytes.
  bool hides_end = false;
  ByteQueue held = {};
};

// NewTransportBio makes a BIO that takes from `transport->incoming` and appends to
// `transport->outgoing`. Reading from an empty queue asks for a retry; after WriteEof it is the end
// of the file, unless `hides_end` is set. Returns null if memory is short.
openssl::BioPtr NewTransportBio(Transport* transport);

}  // namespace hermetic::tls
