// Recognises what is neither PEM nor DER.
#pragma once

#include <optional>
#include <string>

#include "native/base/bytes.h"

namespace hermetic::input {

// ForeignFormat returns which other format the bytes have, and the way out, as a sentence without
// its subject: "is UTF-16: ...". Nothing for text with BEGIN lines, and for what is not recognised.
std::optional<std::string> ForeignFormat(ByteView bytes);

// BareEncoding is the same for base64 and hexadecimal without BEGIN lines, and for the name of a
// file. It is asked after everything else.
std::optional<std::string> BareEncoding(ByteView bytes);

}  // namespace hermetic::input
