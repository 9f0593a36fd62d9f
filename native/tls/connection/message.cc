// See message.h.
#include "native/tls/connection/message.h"

#include <openssl/ssl3.h>

#include <cstddef>

#include "native/base/bytes.h"

namespace hermetic::tls {
namespace {

// Returns the offset of the message type within content of this type, or -1 if it has no message
// type.
ptrdiff_t TypeOffset(int content_type) {
  switch (content_type) {
    case SSL3_RT_ALERT:
      return 1;
    case SSL3_RT_CHANGE_CIPHER_SPEC:
    case SSL3_RT_HANDSHAKE:
    case SSL3_RT_HEADER:
    case SSL3_RT_INNER_CONTENT_TYPE:
      return 0;
    default:
      return -1;
  }
}

}  // namespace

Message DescribeMessage(bool is_sent, int version, int content_type, ByteView bytes) {
  Message message{is_sent, version, content_type, -1, {bytes.begin(), bytes.end()}};
  const ptrdiff_t offset = TypeOffset(content_type);
  if (offset >= 0 && static_cast<size_t>(offset) < bytes.size()) {
    message.message_type = bytes[static_cast<size_t>(offset)];
  }
  // OpenSSL passes no version with a record header; the header contains one.
  if (content_type == SSL3_RT_HEADER && bytes.size() > 2)
    message.version = bytes[1] << 8 | bytes[2];
  return message;
}

}  // namespace hermetic::tls
