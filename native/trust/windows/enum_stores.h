// The contents of a system store of Windows as Python lists them (ssl.enum_certificates,
// ssl.enum_crls).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/trust/system_roots.h"

namespace hermetic::trust {

enum class StoreEncoding : uint8_t { kX509, kPkcs7 };

struct StoreCertificate {
  Bytes der;
  StoreEncoding encoding = StoreEncoding::kX509;
  // The store's list of purposes, or else the certificate's own; absent without both.
  std::optional<Purposes> trusted_for = {};
  bool operator==(const StoreCertificate&) const = default;
};

struct StoreCrl {
  Bytes der;
  StoreEncoding encoding = StoreEncoding::kX509;
  bool operator==(const StoreCrl&) const = default;
};

// Returns the contents of the store of that name for the machine, the user, the policies and the
// services together, each item once. A missing store is a SystemError. Not implemented on systems
// other than Windows.
Result<std::vector<StoreCertificate>> EnumCertificates(const std::string& store);
Result<std::vector<StoreCrl>> EnumCrls(const std::string& store);

}  // namespace hermetic::trust
