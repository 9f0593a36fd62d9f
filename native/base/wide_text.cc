// See wide_text.h.
#include "native/base/wide_text.h"

#if defined(_WIN32)

#include <windows.h>

#include <string>
#include <string_view>

namespace hermetic {

std::wstring WideOf(std::string_view utf8) {
  const int len = static_cast<int>(utf8.size());
  const int needed = MultiByteToWideChar(CP_UTF8, 0, utf8.data(), len, nullptr, 0);
  std::wstring wide(static_cast<size_t>(needed), L'\0');
  MultiByteToWideChar(CP_UTF8, 0, utf8.data(), len, wide.data(), needed);
  return wide;
}

std::string Utf8Of(std::wstring_view wide) {
  const int len = static_cast<int>(wide.size());
  const int needed =
      WideCharToMultiByte(CP_UTF8, 0, wide.data(), len, nullptr, 0, nullptr, nullptr);
  std::string utf8(static_cast<size_t>(needed), '\0');
  WideCharToMultiByte(CP_UTF8, 0, wide.data(), len, utf8.data(), needed, nullptr, nullptr);
  return utf8;
}

}  // namespace hermetic

#endif
