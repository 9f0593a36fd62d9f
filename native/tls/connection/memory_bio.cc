// See memory_bio.h.
#include "native/tls/connection/memory_bio.h"

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
  const Transport& transport = *TransportOf(bio);
  MemoryBio& incoming = *transport.incoming;
  BIO_clear_retry_flags(bio);
  *out_count = incoming.queue().Take({reinterpret_cast<uint8_t*>(data), size});
  if (*out_count > 0) return 1;
  if (!incoming.AtEof() || transport.hides_end) BIO_set_retry_read(bio);
  return 0;
}

int WriteBio(BIO* bio, const char* data, size_t size, size_t* out_count) noexcept {
  BIO_clear_retry_flags(bio);
  try {
    const ByteView bytes(reinterpret_cast<const uint8_t*>(data), size);
    // OpenSSL may still write after WriteEof, which only ends users' writing, as in Python.
    Transport& transport = *TransportOf(bio);
    ByteQueue& queue = transport.is_holding ? transport.held : transport.outgoing->queue();
    queue.Append(bytes);
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
      return TransportOf(bio)->incoming->AtEof() ? 1 : 0;
    case BIO_CTRL_PENDING:
      return static_cast<long>(TransportOf(bio)->incoming->pending());
    case BIO_CTRL_WPENDING:
      return static_cast<long>(TransportOf(bio)->outgoing->pending());
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
  outgoing->queue().Append(held.Front());
  held.Drop(held.size());
}

void Transport::Drop() {
  is_holding = false;
  held.Drop(held.size());
}

void Transport::ReleaseAlert() {
  if (IsAlert(held.Front())) Release();
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
