// MemoryBio is one direction of a connection's ciphertext (Python: ssl.MemoryBIO), and the
// transport of every Connection. OpenSSL reads and writes a BIO over two of them.
#pragma once

#include <cstddef>
#include <memory>

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/openssl/ptr.h"
#include "native/tls/connection/byte_queue.h"

namespace hermetic::tls {

class MemoryBio {
 public:
  // Write appends bytes; it fails after WriteEof.
  Status Write(ByteView bytes);
  void WriteEof() { eof_written_ = true; }

  bool is_eof_written() const { return eof_written_; }

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

  // Lend lends memory for one step: `input` is read after `incoming`, and what is written goes to
  // `output` while it has room. What waits in `outgoing` moves to `output` at once.
  void Lend(ByteView input, MutableByteView output);
  // EndLoan ends it. The unread rest of the input moves to `incoming`. Returns the number of bytes
  // at the start of `output` that are to be sent.
  size_t EndLoan();
  // ForgetLoan ends it after an exception, and otherwise does nothing.
  void ForgetLoan() noexcept;

  // Take moves the next bytes of the input to `out` and returns their number.
  size_t Take(MutableByteView out);
  // Send appends bytes to the output.
  void Send(ByteView bytes);
  size_t num_unread() const { return incoming->pending() + lent_input.size(); }
  size_t num_unsent() const { return num_sent + outgoing->pending(); }
  bool AtEof() const { return incoming->AtEof() && lent_input.empty(); }

  bool is_holding = false;
  // Whether OpenSSL treats the end of `incoming` as a wait for more bytes.
  bool hides_end = false;
  ByteQueue held = {};
  ByteView lent_input = {};
  MutableByteView lent_output = {};
  size_t num_sent = 0;  // bytes at the start of lent_output
};

// NewTransportBio makes a BIO that takes from `transport->incoming` and appends to
// `transport->outgoing`. Reading from an empty queue asks for a retry; after WriteEof it is the end
// of the file, unless `hides_end` is set. Returns null if memory is short.
openssl::BioPtr NewTransportBio(Transport* transport);

}  // namespace hermetic::tls
