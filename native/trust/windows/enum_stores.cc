// See enum_stores.h.
#include "native/trust/windows/enum_stores.h"

#include <string>
#include <vector>

#include "native/base/error.h"
#include "native/base/result.h"

#if defined(_WIN32)
#include <algorithm>
#include <optional>
#include <utility>

#include "native/base/wide_text.h"
#include "native/trust/windows/certificate_store.h"
#endif

namespace hermetic::trust {

#if defined(_WIN32)
namespace {

constexpr DWORD kLocations[] = {
    CERT_SYSTEM_STORE_LOCAL_MACHINE,
    CERT_SYSTEM_STORE_LOCAL_MACHINE_ENTERPRISE,
    CERT_SYSTEM_STORE_LOCAL_MACHINE_GROUP_POLICY,
    CERT_SYSTEM_STORE_CURRENT_USER,
    CERT_SYSTEM_STORE_CURRENT_USER_GROUP_POLICY,
    CERT_SYSTEM_STORE_SERVICES,
    CERT_SYSTEM_STORE_USERS,
};

// Opens the existing stores of that name as one collection.
Result<StorePtr> OpenCollection(const std::string& name) {
  StorePtr all(CertOpenStore(CERT_STORE_PROV_COLLECTION, 0, 0, 0, nullptr));
  if (!all) return WindowsError(GetLastError(), "CertOpenStore", name);
  const std::wstring wide_name = WideOf(name);
  bool has_any = false;
  DWORD code = ERROR_FILE_NOT_FOUND;
  for (const DWORD location : kLocations) {
    const StorePtr store = OpenStore(wide_name.c_str(), location);
    if (store && CertAddStoreToCollection(all.get(), store.get(), 0, 0) != 0) {
      has_any = true;
    } else if (GetLastError() == ERROR_ACCESS_DENIED) {
      code = ERROR_ACCESS_DENIED;
    }
  }
  if (!has_any) return WindowsError(code, "CertOpenStore", name);
  return all;
}

StoreEncoding EncodingOf(DWORD type) {
  return (type & X509_ASN_ENCODING) != 0 ? StoreEncoding::kX509 : StoreEncoding::kPkcs7;
}

std::optional<Purposes> PurposesOf(const CERT_CONTEXT& certificate) {
  std::optional<Purposes> set = UsagesOf(&certificate, CERT_FIND_PROP_ONLY_ENHKEY_USAGE_FLAG);
  return set ? set : UsagesOf(&certificate, CERT_FIND_EXT_ONLY_ENHKEY_USAGE_FLAG);
}

// The stores of a machine hold hundreds of items at most.
template <typename Item>
void AddNew(Item item, std::vector<Item>* out) {
  if (std::find(out->begin(), out->end(), item) == out->end()) out->push_back(std::move(item));
}

}  // namespace

Result<std::vector<StoreCertificate>> EnumCertificates(const std::string& store) {
  Result<StorePtr> opened = OpenCollection(store);
  if (!opened.ok()) return opened.error();
  std::vector<StoreCertificate> found;
  ForEachCertificate(opened->get(), [&](const CERT_CONTEXT& certificate) {
    const StoreEncoding encoding = EncodingOf(certificate.dwCertEncodingType);
    AddNew(StoreCertificate{DerOf(certificate), encoding, PurposesOf(certificate)}, &found);
  });
  return found;
}

Result<std::vector<StoreCrl>> EnumCrls(const std::string& store) {
  Result<StorePtr> opened = OpenCollection(store);
  if (!opened.ok()) return opened.error();
  std::vector<StoreCrl> found;
  ForEachCrl(opened->get(), [&](const CRL_CONTEXT& crl) {
    AddNew(StoreCrl{DerOf(crl), EncodingOf(crl.dwCertEncodingType)}, &found);
  });
  return found;
}

#else

namespace {
Error Refusal() {
  return NotImplementedError("only Windows has such stores: use SSLContext.loadDefaultCerts");
}
}  // namespace

Result<std::vector<StoreCertificate>> EnumCertificates(const std::string& /*store*/) {
  return Refusal();
}

Result<std::vector<StoreCrl>> EnumCrls(const std::string& /*store*/) { return Refusal(); }

#endif

}  // namespace hermetic::trust
