// Windows: its certificate stores, in addition to the places that SSL_CERT_FILE and SSL_CERT_DIR
// name (see system_roots.h). ROOT has the anchors, CA the intermediates, Disallowed the
// certificates that must be refused. Each exists for the machine, for the user, and as set by a
// domain's policy.
#include "native/trust/system_roots.h"

#if defined(_WIN32)

#include <cstdint>
#include <ctime>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "native/base/bytes.h"
#include "native/trust/windows/certificate_store.h"
#include "native/trust/windows/settings.h"

namespace hermetic::trust {
namespace {

struct Location {
  DWORD flag;
  const char* name;
};

// The stores of the machine and of the user also show those of the policies and of the enterprise,
// and the user's stores show those of the machine. So the narrower ones come first: a certificate
// keeps the first place in which it is found.
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

// Collected holds the contents of one store from all places: each certificate once, in the order of
// discovery, with all its instances.
class Collected {
 public:
  void Add(const CERT_CONTEXT& certificate, const std::string& source) {
    Bytes der = DerOf(certificate);
    const auto [at, is_new] =
        index_.try_emplace(std::string(der.begin(), der.end()), found_.size());
    if (is_new) found_.push_back({std::move(der), {}});
    found_[at->second].instances.push_back(InstanceOf(&certificate, source));
  }

  void MoveTo(const Store& store, TrustEntries* out) {
    const auto now = static_cast<int64_t>(std::time(nullptr));
    for (Found& found : found_) {
      TrustEntry entry = windows::EntryOf(std::move(found.der), store.role, found.instances, now);
      if (store.is_distrusted) {
        entry.source = found.instances.front().source;
        entry.trusted_for = {};
        entry.distrusted_for = {kAnyPurpose};
      }
      out->entries.push_back(std::move(entry));
    }
  }

 private:
  struct Found {
    Bytes der;
    std::vector<windows::Instance> instances;
  };

  std::vector<Found> found_;
  std::unordered_map<std::string, size_t> index_;  // by DER
};

void ReadStore(const Store& store, const Location& location, Collected* found, TrustEntries* out) {
  const std::string source = std::string("Windows: ") + store.title + ", " + location.name;
  const StorePtr opened = OpenStore(store.name, location.flag);
  if (!opened) {
    // Most machines do not have a policy or an enterprise store.
    const DWORD code = GetLastError();
    if (code != ERROR_FILE_NOT_FOUND && code != ERROR_PATH_NOT_FOUND) {
      out->troubles.push_back({source, WindowsError(code, "CertOpenStore", source)});
    }
    return;
  }
  ForEachCertificate(opened.get(),
                     [&](const CERT_CONTEXT& certificate) { found->Add(certificate, source); });
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
    Collected found;
    for (const Location& location : kLocations) ReadStore(store, location, &found, out);
    found.MoveTo(store, out);
  }
}

}  // namespace hermetic::trust

#endif
