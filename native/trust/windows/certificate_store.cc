// See certificate_store.h.
#include "native/trust/windows/certificate_store.h"

#if defined(_WIN32)

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "native/base/bytes.h"

namespace hermetic::trust {
namespace {

// Properties that wincrypt.h of mingw-w64 does not declare yet.
constexpr DWORD kDisallowedTimeProperty = 104;   // CERT_DISALLOWED_FILETIME_PROP_ID
constexpr DWORD kDisallowedUsageProperty = 122;  // CERT_DISALLOWED_ENHKEY_USAGE_PROP_ID
constexpr DWORD kNotBeforeTimeProperty = 126;    // CERT_NOT_BEFORE_FILETIME_PROP_ID
constexpr DWORD kNotBeforeUsageProperty = 127;   // CERT_NOT_BEFORE_ENHKEY_USAGE_PROP_ID

// A buffer for crypt32, aligned for any structure.
using Buffer = std::vector<ULONGLONG>;
Buffer BufferOf(DWORD len) { return Buffer(len / sizeof(ULONGLONG) + 1); }

Purposes PurposesOf(const CTL_USAGE& usage) {
  return {usage.rgpszUsageIdentifier, usage.rgpszUsageIdentifier + usage.cUsageIdentifier};
}

std::optional<Bytes> PropertyOf(const CERT_CONTEXT* certificate, DWORD property) {
  DWORD len = 0;
  if (CertGetCertificateContextProperty(certificate, property, nullptr, &len) == 0) return {};
  Bytes value(len);
  if (CertGetCertificateContextProperty(certificate, property, value.data(), &len) == 0) return {};
  value.resize(len);
  return value;
}

// A list of withdrawn purposes that cannot be read counts as all purposes.
Purposes DecodeUsages(const Bytes& der) {
  const auto decode = [&](void* out, DWORD* len) {
    return CryptDecodeObject(X509_ASN_ENCODING, X509_ENHANCED_KEY_USAGE, der.data(),
                             static_cast<DWORD>(der.size()), 0, out, len) != 0;
  };
  DWORD len = 0;
  if (!decode(nullptr, &len)) return {kAnyPurpose};
  Buffer buffer = BufferOf(len);
  if (!decode(buffer.data(), &len)) return {kAnyPurpose};
  return PurposesOf(*reinterpret_cast<const CTL_USAGE*>(buffer.data()));
}

std::optional<Purposes> UsageProperty(const CERT_CONTEXT* certificate, DWORD property) {
  const std::optional<Bytes> der = PropertyOf(certificate, property);
  return der ? std::optional<Purposes>(DecodeUsages(*der)) : std::nullopt;
}

// An invalid time counts as long past.
std::optional<int64_t> TimeProperty(const CERT_CONTEXT* certificate, DWORD property) {
  const std::optional<Bytes> value = PropertyOf(certificate, property);
  if (!value) return std::nullopt;
  uint64_t filetime = 0;
  if (value->size() >= sizeof(filetime)) {
    std::memcpy(&filetime, value->data(), sizeof(filetime));
  }
  return windows::UnixTimeOf(filetime);
}

int ErrnoOf(DWORD code) {
  switch (code) {
    case ERROR_FILE_NOT_FOUND:
    case ERROR_PATH_NOT_FOUND:
      return ENOENT;
    case ERROR_ACCESS_DENIED:
      return EACCES;
    case ERROR_NOT_ENOUGH_MEMORY:
    case static_cast<DWORD>(E_OUTOFMEMORY):
      return ENOMEM;
    case ERROR_INVALID_PARAMETER:
    case static_cast<DWORD>(E_INVALIDARG):
      return EINVAL;
    default:
      return EIO;
  }
}

}  // namespace

StorePtr OpenStore(const wchar_t* name, DWORD location) {
  constexpr DWORD kFlags = CERT_STORE_READONLY_FLAG | CERT_STORE_OPEN_EXISTING_FLAG;
  // Wine does not set the error if it has no store of that location.
  SetLastError(ERROR_FILE_NOT_FOUND);
  return StorePtr(CertOpenStore(CERT_STORE_PROV_SYSTEM_W, 0, 0, kFlags | location, name));
}

Error WindowsError(DWORD code, const char* function, const std::string& store) {
  return SystemError(ErrnoOf(code), function, store);
}

std::optional<Purposes> UsagesOf(const CERT_CONTEXT* certificate, DWORD where) {
  constexpr auto kNotFound = static_cast<DWORD>(CRYPT_E_NOT_FOUND);
  DWORD len = 0;
  // A missing list is a failure with that code, or an empty list with that code. An empty list with
  // any other code allows nothing.
  SetLastError(ERROR_SUCCESS);
  if (CertGetEnhancedKeyUsage(certificate, where, nullptr, &len) == 0) {
    return GetLastError() == kNotFound ? std::nullopt : std::optional<Purposes>(Purposes());
  }
  Buffer buffer = BufferOf(len);
  auto* const usage = reinterpret_cast<CTL_USAGE*>(buffer.data());
  SetLastError(ERROR_SUCCESS);
  if (CertGetEnhancedKeyUsage(certificate, where, usage, &len) == 0) {
    return GetLastError() == kNotFound ? std::nullopt : std::optional<Purposes>(Purposes());
  }
  if (usage->cUsageIdentifier == 0 && GetLastError() == kNotFound) return std::nullopt;
  return PurposesOf(*usage);
}

windows::Instance InstanceOf(const CERT_CONTEXT* certificate, const std::string& source) {
  return {
      .source = source,
      .allowed = UsagesOf(certificate, CERT_FIND_PROP_ONLY_ENHKEY_USAGE_FLAG),
      .disallowed_since = TimeProperty(certificate, kDisallowedTimeProperty),
      .disallowed = UsageProperty(certificate, kDisallowedUsageProperty),
      .not_before = TimeProperty(certificate, kNotBeforeTimeProperty),
      .not_before_usages = UsageProperty(certificate, kNotBeforeUsageProperty),
  };
}

}  // namespace hermetic::trust

#endif
