// Reads PEM block by block.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/openssl/ptr.h"
#include "native/openssl/secure_bytes.h"

namespace hermetic::input {

struct PemBlock {
  std::string label;
  std::string header;  // lines before the base64, such as "DEK-Info: ..."
  openssl::SecureBytes der;
};

// PemReader uses OpenSSL's reader. It ignores text between blocks, and a BEGIN line that is not
// alone in its line.
class PemReader {
 public:
  enum class Outcome : uint8_t {
    kBlock,
    kBroken,  // the error queue has the reason, if OpenSSL gives one; the next block can be read
    kEnd,
  };

  // Create returns a reader of `text`, which must outlive it.
  static Result<PemReader> Create(ByteView text);

  Outcome Next(PemBlock* out);

  // The number of the block that Next last returned or found broken; the first is 1.
  size_t number() const { return number_; }
  // The position before that block, after everything read earlier.
  size_t begin() const { return begin_; }

 private:
  PemReader(ByteView text, openssl::BioPtr bio) : text_(text), bio_(std::move(bio)) {}

  ByteView text_;
  openssl::BioPtr bio_;
  size_t number_ = 0;
  size_t begin_ = 0;
};

}  // namespace hermetic::input
