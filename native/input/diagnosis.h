// Explains why input cannot be used. This is the only place that decides what damaged PEM is: every
// entry point that takes certificates, keys, lists or parameters uses it. Messages do not contain
// any part of the input except known PEM labels.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "native/base/bytes.h"
#include "native/input/content.h"

namespace hermetic::input {

// WhyNothing returns the reason why input has no wanted content, and the remedy, as a sentence
// without its subject: "is UTF-16 text: ...".
std::string WhyNothing(ByteView bytes, Wanted wanted);

// BrokenBlock is the first damaged block of a text after a position.
struct BrokenBlock {
  Content content = Content::kUnknown;  // by its label
  std::string why;                      // "its END line is missing: ...", or empty
};
BrokenBlock FindBroken(ByteView text, size_t from);

// WhyUndecodable returns the other content of a block or file, or its damage, if it is not what its
// label or argument announces. Empty if no cause is found.
std::string WhyUndecodable(ByteView der);

// WhyPassedOver returns the reason why a reader skipped a wanted block without an error: "line 7:
// is indented: ...". Returns nothing if there is no such block.
std::optional<std::string> WhyPassedOver(ByteView text, Wanted wanted);

// WhyNoKey returns the reason why the text of certificates has no usable private key.
std::string WhyNoKey(ByteView text);

}  // namespace hermetic::input
