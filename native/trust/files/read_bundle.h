// PEM files as entries (system_roots.h): "CERTIFICATE", "TRUSTED CERTIFICATE" with what it is
// trusted and distrusted for, revocation lists. Other blocks and text between them are ignored.
#pragma once

#include <cstdint>
#include <string>

#include "native/base/bytes.h"
#include "native/trust/system_roots.h"

namespace hermetic::trust {

enum class Take : uint8_t {
  kAll,
  // Only what is distrusted, for a file that tells more than the bundle beside it.
  kDistrusted,
};

// ReadBundle adds what the file holds. A file that cannot be read, and each block that cannot be
// decoded, is a Trouble; the rest counts.
void ReadBundle(const std::string& file, Take take, TrustEntries* out);

// ReadPemText is the same for text that was read already; `source` is the entries'.
void ReadPemText(ByteView text, const std::string& source, Take take, TrustEntries* out);

}  // namespace hermetic::trust
