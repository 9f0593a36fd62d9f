// Text for the functions of Windows, which take UTF-16; the rest of the addon uses UTF-8. The
// functions' narrow forms would assume the machine's code page.
#pragma once

#if defined(_WIN32)

#include <string>
#include <string_view>

namespace hermetic {

// Invalid UTF-8 (or UTF-16) becomes U+FFFD.
std::wstring WideOf(std::string_view utf8);
std::string Utf8Of(std::wstring_view wide);

}  // namespace hermetic

#endif
