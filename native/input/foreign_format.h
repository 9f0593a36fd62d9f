// Recognizes formats that are neither PEM nor DER.
#pragma once

#include <optional>
#include <string>

#include "native/base/bytes.h"

namespace hermetic::input {

// ForeignFormat returns the other format of the bytes and the remedy, as a sentence without its
// subject: "is UTF-16: ...". Returns nothing for text with BEGIN lines and for unknown formats.
std::optional<std::string> ForeignFormat(ByteView bytes);

// BareEncoding does the same for base64 and hexadecimal without BEGIN lines, and for the name of a
// file. It is called after all other checks.
std::optional<std::string> BareEncoding(ByteView bytes);

}  // namespace hermetic::input
