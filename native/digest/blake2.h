// BLAKE2 with all of its parameters (RFC 7693, and for trees "BLAKE2: simpler, smaller, fast as
// MD5", section 2.10): Python's hashlib.blake2b and blake2s.
#pragma once

#include <cstddef>
#include <cstdint>
#include <variant>

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/digest/openssl_blake2.h"

namespace hermetic::digest {

// Blake2Parameters are Python's parameters, with its defaults: a hash that is not a tree. The types
// are wide enough for unchecked user values; Start checks them.
struct Blake2Parameters {
  int64_t digest_len = 0;
  ByteView key;
  ByteView salt;
  ByteView person;
  int64_t fanout = 1;  // 0 for no limit
  int64_t depth = 1;   // 255 for no limit
  int64_t leaf_len = 0;
  uint64_t node_offset = 0;
  int64_t node_depth = 0;
  int64_t inner_len = 0;
  bool is_last_node = false;
};

// Blake2 is a hash in progress. Copies are independent; each wipes its state.
class Blake2 {
 public:
  enum class Kind : uint8_t { k2b, k2s };

  // Start uses the key before it returns. Fails with kValue for a parameter out of its range,
  // kOverflow for a leaf or an offset above its range, and kNotImplemented if the linked OpenSSL
  // does not pass the self-test.
  static Result<Blake2> Start(Kind kind, const Blake2Parameters& parameters);
  ~Blake2();
  Blake2(const Blake2&) = default;
  Blake2& operator=(const Blake2&) = default;

  void Update(ByteView data);

  // Digest writes digest_len bytes; `out` must have that size.
  void Digest(MutableByteView out) const;

 private:
  Blake2(Kind kind, const Blake2Parameters& parameters);
  static bool PassesSelfTest(Kind kind);

  std::variant<Blake2bState, Blake2sState> state_;
  bool is_last_node_;
};

}  // namespace hermetic::digest
