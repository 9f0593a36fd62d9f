// What OpenSSL tells of the protocol messages that a connection sends and receives (OpenSSL:
// SSL_CTX_set_msg_callback). Application data is never among them.
#pragma once

#include "native/base/bytes.h"

namespace hermetic::tls {

// The numbers are those of the TLS registries; content types from 256 on are OpenSSL's own, for the
// header of a record and the inner type of one of TLS 1.3.
struct Message {
  bool is_sent = false;
  int version = 0;
  int content_type = 0;
  // The type of a handshake message, the description of an alert; -1 where there is none.
  int message_type = -1;
  Bytes bytes;
};

// DescribeMessage copies what the callback is given, with the version and type that the bytes say.
Message DescribeMessage(bool is_sent, int version, int content_type, ByteView bytes);

}  // namespace hermetic::tls
