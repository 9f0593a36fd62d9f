// The protocol messages that a connection sends and receives, as OpenSSL reports them (OpenSSL:
// SSL_CTX_set_msg_callback). Application data is never among them.
#pragma once

#include "native/base/bytes.h"

namespace hermetic::tls {

// The numbers are those of the TLS registries. Content types from 256 on are OpenSSL's own, for the
// header of a record and the inner type of a TLS 1.3 record.
struct Message {
  bool is_sent = false;
  int version = 0;
  int content_type = 0;
  // The type of a handshake message or the description of an alert; otherwise -1.
  int message_type = -1;
  Bytes bytes;
};

// DescribeMessage copies the callback's arguments, with the version and type that the bytes
// contain.
Message DescribeMessage(bool is_sent, int version, int content_type, ByteView bytes);

}  // namespace hermetic::tls
