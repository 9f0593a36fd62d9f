// Reads the text that OpenSSL has written into a memory BIO.
#pragma once

#include <openssl/bio.h>

#include <cstddef>
#include <string_view>

namespace hermetic::openssl {

// WrittenText returns a view of the unread bytes in the memory BIO, valid until the next write or
// read.
inline std::string_view WrittenText(BIO* bio) {
  const char* data = nullptr;
  const long len = BIO_get_mem_data(bio, &data);
  return len > 0 ? std::string_view(data, static_cast<size_t>(len)) : std::string_view();
}

}  // namespace hermetic::openssl
