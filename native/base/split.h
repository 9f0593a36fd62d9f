// Splits text at separators. It does not use a stream of the C++ library: if that library is linked
// statically, its streams bring its locales along, a third of a megabyte.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hermetic {

// SplitText returns the text before each separator, and the text after the last one unless it is
// empty.
inline std::vector<std::string> SplitText(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const size_t len = text.find(separator);
    parts.emplace_back(text.substr(0, len));
    if (len == std::string_view::npos) break;
    text.remove_prefix(len + 1);
  }
  return parts;
}

}  // namespace hermetic
