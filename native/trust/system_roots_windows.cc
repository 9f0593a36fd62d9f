// Windows: its certificate stores, beside what SSL_CERT_FILE and SSL_CERT_DIR name (see
// system_roots.h). ROOT has the anchors, CA the intermediates, Disallowed what must be refused;
// each of them for the machine, for the user, and as a domain's policy sets it.
#include "native/trust/system_roots.h"

#if defined(_WIN32)

#include <array>
#include <string>
#include <utility>

#include "native/openssl/bytes.h"
#include "native/trust/certificate_store_windows.h"

namespace hermetic::trust {
namespace {

struct Location {
  DWORD flag;
  const char* name;
};

// The stores of the machine and of the user show those of the policies and of the enterprise as
// well, and the user's those of the machine. So the narrower ones come first: a certificate keeps
// the first place that it is found in.
constexpr Location kLocations[] = {
    {CERT_SYSTEM_STORE_LOCAL_MACHINE_GROUP_POLICY, "group policy of the machine"},
    {CERT_SYSTEM_STORE_LOCAL_MACHINE_ENTERPRISE, "enterprise"},
    {CERT_SYSTEM_STORE_LOCAL_MACHINE, "local machine"},
    {CERT_SYSTEM_STORE_CURRENT_USER_GROUP_POLICY, "group policy of the user"},
    {CERT_SYSTEM_STORE_CURRENT_USER, "current user"},
};

struct Store {
  const wchar_t* name;
  const char* title;
  EntryRole role;
  bool is_distrusted;
};

constexpr Store kStores[] = {
    {L"ROOT", "ROOT", EntryRole::kAnchor, false},
    {L"CA", "CA", EntryRole::kIntermediate, false},
    {L"Disallowed", "Disallowed", EntryRole::kIntermediate, true},
};

TrustEntry EntryOf(const CERT_CONTEXT& certificate, const Store& store, const std::string& source) {
  TrustEntry entry{.der = DerOf(certificate), .source = source, .role = store.role};
  if (store.is_distrusted) {
    entry.distrusted_for = {kAnyPurpose};
    return entry;
  }
  entry.trusted_for = UsagesOf(&certificate, CERT_FIND_PROP_ONLY_ENHKEY_USAGE_FLAG);
  entry.distrusted_for = DistrustOf(&certificate);
  return entry;
}

void ReadStore(const Store& store, const Location& location, TrustEntries* out) {
  const std::string source = std::string("Windows: ") + store.title + ", " + location.name;
  const StorePtr opened = OpenStore(store.name, location.flag);
  if (!opened) {
    // Most machines have no policy and no enterprise.
    const DWORD code = GetLastError();
    if (code != ERROR_FILE_NOT_FOUND && code != ERROR_PATH_NOT_FOUND) {
      out->troubles.push_back({source, WindowsError(code, "CertOpenStore", source)});
    }
    return;
  }
  ForEachCertificate(opened.get(), [&](const CERT_CONTEXT& certificate) {
    out->entries.push_back(EntryOf(certificate, store, source));
  });
  ForEachCrl(opened.get(), [&](const CRL_CONTEXT& crl) {
    if (!store.is_distrusted) out->crls.push_back(DerOf(crl));
  });
}

}  // namespace

RootPlaces FindRootPlaces(const TrustEnvironment& environment) {
  RootPlaces places = EnvironmentPlaces(environment);
  places.platform_stores = true;
  places.searched.emplace_back("the certificate stores ROOT and CA of Windows");
  return places;
}

void ReadPlatformStores(TrustEntries* out) {
  for (const Store& store : kStores) {
    for (const Location& location : kLocations) ReadStore(store, location, out);
  }
}

}  // namespace hermetic::trust

#endif
