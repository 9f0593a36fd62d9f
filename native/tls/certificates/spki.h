// Public keys by the SHA-256 of their SubjectPublicKeyInfo (RFC 7469, 2.4).
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/openssl/ptr.h"

namespace hermetic::tls {

inline constexpr size_t kSpkiHashLen = 32;
using SpkiHash = std::array<uint8_t, kSpkiHashLen>;

Result<SpkiHash> HashSpki(const X509* certificate);

// SpkiSet is a set of any number of keys.
class SpkiSet {
 public:
  SpkiSet() = default;
  // The hashes are concatenated; their length must be a multiple of kSpkiHashLen.
  explicit SpkiSet(ByteView hashes);
  bool empty() const { return hashes_.empty(); }
  bool Contains(const SpkiHash& hash) const;
  // Includes returns whether all keys of `other` are in this set.
  bool Includes(const SpkiSet& other) const;
  // The hashes in ascending order.
  ByteView bytes() const;

 private:
  std::vector<SpkiHash> hashes_;  // sorted, each once
};

}  // namespace hermetic::tls
