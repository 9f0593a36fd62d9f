// The lines of PEM: the positions and defects of BEGIN and END lines.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "native/input/content.h"

namespace hermetic::input {

// BoundaryLine is a text like "-----BEGIN CERTIFICATE-----", anywhere in a line.
struct BoundaryLine {
  size_t begin = 0;  // of the first hyphen
  size_t end = 0;    // after the last one
  bool is_begin = false;
  std::string_view label;
};

// NextBoundary returns the first boundary at or after `from`.
std::optional<BoundaryLine> NextBoundary(std::string_view text, size_t from);

// StandsAlone returns whether the boundary is alone in its line; white space may follow.
bool StandsAlone(std::string_view text, const BoundaryLine& line);

// WhyMisplaced returns the reason why PEM readers do not recognize a boundary that is not alone in
// its line, and the remedy: "has blanks where line breaks belong: ...".
std::string WhyMisplaced(std::string_view text, const BoundaryLine& line);

// FindMisplaced returns the first BEGIN line of wanted content that is not alone in its line and
// that base64 follows. PEM readers silently skip such a block.
std::optional<BoundaryLine> FindMisplaced(std::string_view text, Wanted wanted);

// FindStrayEnd returns the first END line of wanted content that is alone in its line and has no
// BEGIN line.
std::optional<BoundaryLine> FindStrayEnd(std::string_view text, Wanted wanted);

// LineNumber returns the number of the line at the position; the first is 1.
size_t LineNumber(std::string_view text, size_t position);

// WhyBroken returns the defect of the block that begins at `line`, a BEGIN line that is alone in
// its line: "its END line is missing". Empty without a defect.
std::string WhyBroken(std::string_view text, const BoundaryLine& line);

}  // namespace hermetic::input
