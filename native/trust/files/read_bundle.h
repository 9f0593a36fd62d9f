// Reads PEM files into entries (system_roots.h): "CERTIFICATE", "TRUSTED CERTIFICATE" with the
// purposes that it is trusted and distrusted for, revocation lists. Other blocks and text between
// them are ignored.
#pragma once

#include <cstdint>
#include <string>

#include "native/base/bytes.h"
#include "native/trust/system_roots.h"

namespace hermetic::trust {

enum class Take : uint8_t {
  kAll,
  // Only distrusted certificates, for a file that complements a bundle.
  kDistrusted,
};

// ReadBundle adds the contents of the file. A file that cannot be read, and each block that cannot
// be decoded, becomes a Trouble; the rest is added.
void ReadBundle(const std::string& file, Take take, TrustEntries* out);

// ReadPemText does the same for text in memory; `source` is the entries' source.
void ReadPemText(ByteView text, const std::string& source, Take take, TrustEntries* out);

}  // namespace hermetic::trust
