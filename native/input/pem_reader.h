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
  std::string header;  // lines before the base64, as "DEK-Info: ..."
  openssl::SecureBytes der;
};

// PemReader reads with OpenSSL's reader: text between blocks is ignored, and so is a BEGIN line
// that does not stand alone in its line.
class PemReader {
 public:
  enum class Outcome : uint8_t {
    kBlock,
    kBroken,  // the error queue says why, if OpenSSL does; the next block can be read
    kEnd,
  };

  // Create returns a reader of `text`, which must outlive it.
  static Result<PemReader> Create(ByteView text);

  Outcome Next(PemBlock* out);

  // The number of the block that Next returned last, or found broken; the first is 1.
  size_t number() const { return number_; }
  // The position behind what had been read before that block.
  size_t begin() const { return begin_; }

 private:
  PemReader(ByteView text, openssl::BioPtr bio) : text_(text), bio_(std::move(bio)) {}

  ByteView text_;
  openssl::BioPtr bio_;
  size_t number_ = 0;
  size_t begin_ = 0;
};

}  // namespace hermetic::input
