// What OpenSSL has written into a memory BIO.
#pragma once

#include <openssl/bio.h>

#include <cstddef>
#include <string_view>

namespace hermetic::openssl {

// WrittenText is a view of what was written to the memory BIO and not read, valid until either
// happens again.
inline std::string_view WrittenText(BIO* bio) {
  const char* data = nullptr;
  const long len = BIO_get_mem_data(bio, &data);
  return len > 0 ? std::string_view(data, static_cast<size_t>(len)) : std::string_view();
}

}  // namespace hermetic::openssl
