// PlatformStoresStamp of system_roots.h for Windows: the times of the last change to the registry
// keys that hold the stores.

#if defined(_WIN32)

#include <windows.h>

#include <memory>
#include <string>

#include "native/trust/system_roots.h"

namespace hermetic::trust {
namespace {

struct KeyCloser {
  void operator()(HKEY key) const { RegCloseKey(key); }
};
using KeyPtr = std::unique_ptr<std::remove_pointer_t<HKEY>, KeyCloser>;

struct Place {
  HKEY hive;
  const wchar_t* path;
};

const Place kPlaces[] = {
    {HKEY_LOCAL_MACHINE, L"SOFTWARE\\Microsoft\\SystemCertificates"},
    {HKEY_LOCAL_MACHINE, L"SOFTWARE\\Microsoft\\EnterpriseCertificates"},
    {HKEY_LOCAL_MACHINE, L"SOFTWARE\\Policies\\Microsoft\\SystemCertificates"},
    {HKEY_CURRENT_USER, L"Software\\Microsoft\\SystemCertificates"},
    {HKEY_CURRENT_USER, L"Software\\Policies\\Microsoft\\SystemCertificates"},
};

// AuthRoot holds the roots that Windows fetches when it first needs them, which ROOT includes.
constexpr const wchar_t* kStores[] = {L"\\ROOT", L"\\AuthRoot", L"\\CA", L"\\Disallowed"};
constexpr const wchar_t* kKinds[] = {L"\\Certificates", L"\\CRLs"};

KeyPtr OpenKey(HKEY parent, const wchar_t* path) {
  HKEY key = nullptr;
  const DWORD kAccess = KEY_QUERY_VALUE | KEY_ENUMERATE_SUB_KEYS;
  return KeyPtr(RegOpenKeyExW(parent, path, 0, kAccess, &key) == ERROR_SUCCESS ? key : nullptr);
}

void AppendTime(const FILETIME& time, std::string* out) {
  out->append(reinterpret_cast<const char*>(&time), sizeof(time));
}

// The store's key changes its time when a certificate is added or removed; a certificate's key when
// a property is set.
void AppendTimes(HKEY key, std::string* out) {
  FILETIME time = {};
  RegQueryInfoKeyW(key, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr,
                   nullptr, nullptr, &time);
  AppendTime(time, out);
  constexpr DWORD kNameLen = 256;  // the longest possible name, and its NUL
  wchar_t name[kNameLen];
  for (DWORD i = 0;; ++i) {
    DWORD len = kNameLen;
    if (RegEnumKeyExW(key, i, name, &len, nullptr, nullptr, nullptr, &time) != ERROR_SUCCESS) {
      return;
    }
    AppendTime(time, out);
  }
}

}  // namespace

std::string PlatformStoresStamp() {
  std::string stamp;
  for (const Place& place : kPlaces) {
    for (const wchar_t* store : kStores) {
      for (const wchar_t* kind : kKinds) {
        const KeyPtr key = OpenKey(place.hive, (std::wstring(place.path) + store + kind).c_str());
        if (key) AppendTimes(key.get(), &stamp);
        stamp.push_back(';');
      }
    }
  }
  return stamp;
}

}  // namespace hermetic::trust

#endif
