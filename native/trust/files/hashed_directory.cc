// See hashed_directory.h.
#include "native/trust/files/hashed_directory.h"

#include <string>

#include "native/base/result.h"
#include "native/openssl/error.h"

#if defined(_WIN32)
#include <windows.h>

#include <algorithm>
#include <optional>

#include "native/base/wide_text.h"
#endif

namespace hermetic::trust {

#if defined(_WIN32)
namespace {

// Returns nothing if the code page lacks a character.
std::optional<std::string> InCodePage(const std::wstring& wide) {
  const int len = static_cast<int>(wide.size());
  const int needed = WideCharToMultiByte(CP_ACP, 0, wide.data(), len, nullptr, 0, nullptr, nullptr);
  std::string narrow(static_cast<size_t>(needed), '\0');
  WideCharToMultiByte(CP_ACP, 0, wide.data(), len, narrow.data(), needed, nullptr, nullptr);
  // Converted back, because Windows also accepts characters that only look alike.
  std::wstring back(wide.size(), L'\0');
  const int got = MultiByteToWideChar(CP_ACP, 0, narrow.data(), needed, back.data(), len);
  if (got != len || back != wide) return std::nullopt;
  return narrow;
}

std::wstring ShortName(const std::wstring& path) {
  const DWORD needed = GetShortPathNameW(path.c_str(), nullptr, 0);
  std::wstring name(needed, L'\0');
  name.resize(GetShortPathNameW(path.c_str(), name.data(), needed));
  return name;
}

}  // namespace

Result<std::string> NameForOpenssl(const std::string& directory) {
  const bool is_ascii = std::all_of(directory.begin(), directory.end(),
                                    [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (is_ascii) return directory;
  const std::wstring wide = WideOf(directory);
  if (std::optional<std::string> name = InCodePage(wide)) return *name;
  // A directory that does not exist has no short name, and is empty.
  if (GetFileAttributesW(wide.c_str()) == INVALID_FILE_ATTRIBUTES) return directory;
  const std::wstring short_name = ShortName(wide);
  if (!short_name.empty()) {
    if (std::optional<std::string> name = InCodePage(short_name)) return *name;
  }
  return openssl::SslError("OpenSSL cannot look into the directory '" + directory +
                           "', whose name this machine's code page cannot represent: rename it, or "
                           "put the certificates into one file");
}
#else
Result<std::string> NameForOpenssl(const std::string& directory) { return directory; }
#endif

}  // namespace hermetic::trust
