// A connection's reading and writing of many records in one step.
#include <openssl/ssl3.h>

#include <algorithm>
#include <cstddef>
#include <span>

#include "native/base/bytes.h"
#include "native/openssl/secure_bytes.h"
#include "native/tls/connection/connection.h"
#include "native/tls/connection/step.h"

namespace hermetic::tls {

// A read that is known to find nothing is not made: it costs as much as a record.
Step Connection::ReadRecords(MutableByteView out, size_t* num_read) {
  for (;;) {
    Step step = Read(out.subspan(*num_read));
    if (step.state != StepState::kDone || step.count == 0) return step;
    *num_read += step.count;
    if (out.size() - *num_read < SSL3_RT_MAX_PLAIN_LENGTH) return step;
    if (!HasInput()) return {StepState::kWantRead, 0, {}};
  }
}

// The end of the transport counts as input. So does a record that OpenSSL has begun to read.
bool Connection::HasInput() const {
  return transport_.num_unread() > 0 || transport_.incoming->is_eof_written() ||
         peer_.holds_plaintext() || SSL_has_pending(native()) == 1;
}

namespace {

// RecordWriter joins small chunks to full records; what fills a record by itself is not copied.
class RecordWriter {
 public:
  // `total` is the number of bytes that will be added.
  RecordWriter(Connection* connection, size_t total)
      : connection_(connection), most_gathered_(std::min(total, kRecordLen)) {}

  Step Add(ByteView chunk) {
    while (!chunk.empty()) {
      const bool is_direct = gathered_.empty() && chunk.size() >= kRecordLen;
      const size_t count = is_direct ? chunk.size() / kRecordLen * kRecordLen
                                     : std::min(kRecordLen - gathered_.size(), chunk.size());
      Step step = is_direct ? connection_->Write(chunk.first(count)) : Gather(chunk.first(count));
      if (step.state != StepState::kDone) return step;
      chunk = chunk.subspan(count);
    }
    return {};
  }

  Step Flush() {
    if (gathered_.empty()) return {};
    Step step = connection_->Write(gathered_);
    gathered_.clear();
    return step;
  }

 private:
  static constexpr size_t kRecordLen = SSL3_RT_MAX_PLAIN_LENGTH;

  Step Gather(ByteView bytes) {
    gathered_.reserve(most_gathered_);
    gathered_.insert(gathered_.end(), bytes.begin(), bytes.end());
    return gathered_.size() == kRecordLen ? Flush() : Step{};
  }

  Connection* connection_;
  size_t most_gathered_;
  openssl::SecureBytes gathered_;
};

}  // namespace

// Only the first record can meet a connection that waits: a write to memory is never partial.
Step Connection::WriteChunks(std::span<const ByteView> chunks) {
  if (chunks.size() == 1) return Write(chunks[0]);
  size_t total = 0;
  for (const ByteView chunk : chunks) total += chunk.size();
  RecordWriter writer(this, total);
  for (const ByteView chunk : chunks) {
    Step step = writer.Add(chunk);
    if (step.state != StepState::kDone) return step;
  }
  return writer.Flush();
}

}  // namespace hermetic::tls
