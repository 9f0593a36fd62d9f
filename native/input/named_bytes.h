// The bytes of an argument or a file, with their name in messages.
#pragma once

#include <string>

#include "native/openssl/secure_bytes.h"

namespace hermetic::input {

// NamedBytes is a copy of the caller's bytes and their name: "cert", "chains[1].key", "cafile
// '/path'".
struct NamedBytes {
  std::string name;
  openssl::SecureBytes bytes;
};

}  // namespace hermetic::input
