// Distinguishes DER from text by its first bytes.
#pragma once

#include <cstddef>
#include <optional>

#include "native/base/bytes.h"

namespace hermetic::input {

// IsDer returns whether the bytes begin like a SEQUENCE of DER (or BER), and unlike any text.
bool IsDer(ByteView bytes);

// IsPkcs12 returns whether the bytes begin like PKCS#12, with the version number 3 (RFC 7292, 4).
bool IsPkcs12(ByteView bytes);

// AnnouncedLength returns the length of the whole SEQUENCE according to its header; nothing for BER
// of indefinite length and for other bytes.
std::optional<size_t> AnnouncedLength(ByteView bytes);

}  // namespace hermetic::input
