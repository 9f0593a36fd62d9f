// The lines of PEM: where BEGIN and END lines stand, and what is wrong with them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "native/input/content.h"

namespace hermetic::input {

// BoundaryLine is a text like "-----BEGIN CERTIFICATE-----", wherever it stands.
struct BoundaryLine {
  size_t begin = 0;  // of the first hyphen
  size_t end = 0;    // behind the last one
  bool is_begin = false;
  std::string_view label;
};

// NextBoundary returns the first one at or behind `from`.
std::optional<BoundaryLine> NextBoundary(std::string_view text, size_t from);

// StandsAlone returns whether nothing else is in its line; white space may follow.
bool StandsAlone(std::string_view text, const BoundaryLine& line);

// WhyMisplaced returns why PEM readers do not see a boundary that does not stand alone, and the way
// out: "has blanks where line breaks belong: ...".
std::string WhyMisplaced(std::string_view text, const BoundaryLine& line);

// FindMisplaced returns the first BEGIN line of wanted content that does not stand alone, though
// base64 follows it: PEM readers pass over such a block in silence.
std::optional<BoundaryLine> FindMisplaced(std::string_view text, Wanted wanted);

// FindStrayEnd returns the first END line of wanted content that stands alone and has no BEGIN
// line.
std::optional<BoundaryLine> FindStrayEnd(std::string_view text, Wanted wanted);

// LineNumber returns the number of the line that the position is in; the first is 1.
size_t LineNumber(std::string_view text, size_t position);

// WhyBroken returns what is wrong with the block that begins at `line`, a BEGIN line that stands
// alone: "its END line is missing". Empty when nothing is.
std::string WhyBroken(std::string_view text, const BoundaryLine& line);

}  // namespace hermetic::input
