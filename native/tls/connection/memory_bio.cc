// See memory_bio.h.
#include "native/tls/connection/memory_bio.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <new>

#include "native/base/bytes.h"
#include "native/base/error.h"
#include "native/base/result.h"

namespace hermetic::tls {
namespace {

using openssl::BioPtr;

Transport* TransportOf(BIO* bio) { return static_cast<Transport*>(BIO_get_data(bio)); }

int ReadBio(BIO* bio, char* data, size_t size, size_t* out_count) noexcept {
  Transport& transport = *TransportOf(bio);
  BIO_clear_retry_flags(bio);
  *out_count = transport.Take({reinterpret_cast<uint8_t*>(data), size});
  if (*out_count > 0) return 1;
  if (!transport.AtEof() || transport.hides_end) BIO_set_retry_read(bio);
  return 0;
}

int WriteBio(BIO* bio, const char* data, size_t size, size_t* out_count) noexcept {
  BIO_clear_retry_flags(bio);
  try {
    const ByteView bytes(reinterpret_cast<const uint8_t*>(data), size);
    // OpenSSL may still write after WriteEof, which only ends users' writing, as in Python.
    Transport& transport = *TransportOf(bio);
    if (transport.is_holding) {
      transport.held.Append(bytes);
    } else {
      transport.Send(bytes);
    }
  } catch (const std::bad_alloc&) {
    return 0;
  }
  *out_count = size;
  return 1;
}

long ControlBio(BIO* bio, int command, long /*number*/, void* /*pointer*/) noexcept {
  switch (command) {
    case BIO_CTRL_FLUSH:
      return 1;
    case BIO_CTRL_EOF:
      return TransportOf(bio)->AtEof() ? 1 : 0;
    case BIO_CTRL_PENDING:
      return static_cast<long>(TransportOf(bio)->num_unread());
    case BIO_CTRL_WPENDING:
      return static_cast<long>(TransportOf(bio)->num_unsent());
    default:
      return 0;
  }
}

BIO_METHOD* NewMethod() {
  BIO_METHOD* method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "hermetic-ssl");
  if (method == nullptr) return nullptr;
  BIO_meth_set_read_ex(method, ReadBio);
  BIO_meth_set_write_ex(method, WriteBio);
  BIO_meth_set_ctrl(method, ControlBio);
  return method;
}

// IsAlert returns whether the bytes are one record with an alert (RFC 8446, 5.1 and 6). TLS 1.3
// encrypts the content type, but no other message of a server is so short.
bool IsAlert(ByteView bytes) {
  constexpr size_t kHeaderLen = 5;
  constexpr size_t kLongestEncryptedAlert = kHeaderLen + 2 + 1 + 16;  // type, authentication tag
  constexpr uint8_t kAlert = 21;
  constexpr uint8_t kApplicationData = 23;
  if (bytes.size() <= kHeaderLen) return false;
  const size_t length = size_t{bytes[3]} * 256 + bytes[4];
  if (bytes.size() != kHeaderLen + length) return false;
  return bytes[0] == kAlert ||
         (bytes[0] == kApplicationData && bytes.size() <= kLongestEncryptedAlert);
}

}  // namespace

Status MemoryBio::Write(ByteView bytes) {
  if (eof_written_) {
    Error error;
    error.message = "cannot write() after writeEof()";
    return error;
  }
  queue_.Append(bytes);
  return Ok();
}

// Sends the held bytes even if no more can be written: OpenSSL counts them as sent.
void Transport::Release() {
  is_holding = false;
  Send(held.Front());
  held.Drop(held.size());
}

void Transport::Drop() {
  is_holding = false;
  held.Drop(held.size());
}

void Transport::ReleaseAlert() {
  if (IsAlert(held.Front())) Release();
}

void Transport::Lend(ByteView input, MutableByteView output) {
  lent_input = input;
  num_sent = outgoing->queue().Take(output);
  lent_output = output;
}

size_t Transport::EndLoan() {
  const size_t count = num_sent;
  if (!lent_input.empty()) incoming->queue().Append(lent_input);
  ForgetLoan();
  return count;
}

void Transport::ForgetLoan() noexcept {
  lent_input = {};
  lent_output = {};
  num_sent = 0;
}

size_t Transport::Take(MutableByteView out) {
  const size_t queued = incoming->queue().Take(out);
  const size_t lent = std::min(out.size() - queued, lent_input.size());
  std::copy_n(lent_input.begin(), lent, out.begin() + static_cast<ptrdiff_t>(queued));
  lent_input = lent_input.subspan(lent);
  return queued + lent;
}

void Transport::Send(ByteView bytes) {
  const size_t room = outgoing->queue().empty() ? lent_output.size() - num_sent : 0;
  const ByteView fitting = bytes.first(std::min(room, bytes.size()));
  std::copy(fitting.begin(), fitting.end(), lent_output.begin() + static_cast<ptrdiff_t>(num_sent));
  num_sent += fitting.size();
  if (fitting.size() < bytes.size()) outgoing->queue().Append(bytes.subspan(fitting.size()));
}

BioPtr NewTransportBio(Transport* transport) {
  static BIO_METHOD* const kMethod = NewMethod();
  if (kMethod == nullptr) return nullptr;
  BioPtr bio(BIO_new(kMethod));
  if (!bio) return nullptr;
  BIO_set_data(bio.get(), transport);
  BIO_set_init(bio.get(), 1);
  return bio;
}

}  // namespace hermetic::tls
