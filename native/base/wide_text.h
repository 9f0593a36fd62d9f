// Text for the functions of Windows, which take UTF-16, where the rest of the addon has UTF-8:
// their narrow forms would take it for the machine's code page.
#pragma once

#if defined(_WIN32)

#include <string>
#include <string_view>

namespace hermetic {

// What is no UTF-8 (or no UTF-16) becomes U+FFFD.
std::wstring WideOf(std::string_view utf8);
std::string Utf8Of(std::wstring_view wide);

}  // namespace hermetic

#endif
