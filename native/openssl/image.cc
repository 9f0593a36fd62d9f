// See image.h: dladdr and dlopen on POSIX systems, the module of an address on Windows.
#include "native/openssl/image.h"

#include <openssl/crypto.h>

#include <string>

#if defined(_WIN32)
#include <windows.h>

#include "native/base/wide_text.h"
#else
#include <dlfcn.h>
#endif

namespace hermetic::openssl {
namespace {

#if defined(_WIN32)
std::string ImageOf(const void* address) {
  HMODULE module = nullptr;
  constexpr DWORD kFlags =
      GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT;
  if (GetModuleHandleExW(kFlags, static_cast<const wchar_t*>(address), &module) == 0) return "";
  constexpr DWORD kLongestPath = 32768;
  std::wstring path(kLongestPath, L'\0');
  path.resize(GetModuleFileNameW(module, path.data(), kLongestPath));
  return Utf8Of(path);
}
#else
std::string ImageOf(const void* address) {
  Dl_info info = {};
  if (dladdr(address, &info) == 0 || info.dli_fname == nullptr) return "";
  return info.dli_fname;
}
#endif

const char kAddressInAddon = 0;

}  // namespace

std::string ImageOfOpenssl() {
  return ImageOf(reinterpret_cast<const void*>(&OpenSSL_version_num));
}

std::string ImageOfAddon() { return ImageOf(&kAddressInAddon); }

#if defined(_WIN32)
bool KeepAddonLoaded() {
  HMODULE module = nullptr;
  constexpr DWORD kFlags = GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_PIN;
  return GetModuleHandleExW(kFlags, reinterpret_cast<const wchar_t*>(&kAddressInAddon), &module) !=
         0;
}
#elif defined(__APPLE__)
// The handle is never closed. With RTLD_NOLOAD nothing is read from disk.
bool KeepAddonLoaded() {
  constexpr int kFlags = RTLD_NOLOAD | RTLD_NODELETE | RTLD_NOW;
  return dlopen(ImageOfAddon().c_str(), kFlags) != nullptr;
}
#else
// Does not use dlopen: an addon that does not import it loads no code at run time, which tests
// check.
bool KeepAddonLoaded() { return true; }
#endif

}  // namespace hermetic::openssl
