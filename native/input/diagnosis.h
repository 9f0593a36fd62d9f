// Says why input cannot be used. This is the one place that decides what damaged PEM is: every
// entry point that takes certificates, keys, lists or parameters asks it. No message holds any part
// of the input but labels of PEM that are known.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "native/base/bytes.h"
#include "native/input/content.h"

namespace hermetic::input {

// WhyNothing returns why input in which nothing wanted was found has none, and the way out, as a
// sentence without its subject: "is UTF-16 text: ...".
std::string WhyNothing(ByteView bytes, Wanted wanted);

// BrokenBlock is the first damaged block of a text behind a position.
struct BrokenBlock {
  Content content = Content::kUnknown;  // by its label
  std::string why;                      // "its END line is missing: ...", or empty
};
BrokenBlock FindBroken(ByteView text, size_t from);

// WhyUndecodable returns what else a block or file holds, or how it is damaged, when it is not what
// its label or argument announces. Empty where no cause is seen.
std::string WhyUndecodable(ByteView der);

// WhyPassedOver returns why a reader that reported no error has not seen a wanted block that is
// there: "line 7: is indented: ...". Nothing when there is no such block.
std::optional<std::string> WhyPassedOver(ByteView text, Wanted wanted);

// WhyNoKey returns why the text of certificates holds no private key that can be used.
std::string WhyNoKey(ByteView text);

}  // namespace hermetic::input
