// The bytes of an argument or a file, with the name that messages give them.
#pragma once

#include <string>

#include "native/openssl/bytes.h"

namespace hermetic::input {

// NamedBytes are bytes of the caller's and their name: "cert", "chains[1].key", "cafile '/path'".
struct NamedBytes {
  std::string name;
  openssl::ByteView bytes;
};

}  // namespace hermetic::input
