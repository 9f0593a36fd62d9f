// See troubles.h.
#include "native/trust/store/troubles.h"

#include <algorithm>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "native/trust/files/read_directory.h"
#include "native/trust/store/lazy_store.h"
#include "native/trust/store/root_set.h"
#include "native/trust/system_roots.h"

namespace hermetic::trust {
namespace {

struct Told {
  std::mutex mutex;
  std::set<std::pair<std::string, std::string>> troubles;
};

// Never destroyed: see native/threads/pool.cc.
Told& SharedTold() {
  static Told* const kTold = new Told;
  return *kTold;
}

bool TrustsNothing(const RootView& view) {
  const auto& entries = view.set->entries();
  const auto& directories = view.places.directories;
  return std::none_of(entries.begin(), entries.end(),
                      [&](const TrustEntry& entry) { return IsTrustedFor(entry, view.purpose); }) &&
         std::none_of(directories.begin(), directories.end(), HasHashedFiles);
}

}  // namespace

std::vector<Trouble> NewTroubles(const RootSet& set) {
  std::vector<Trouble> untold;
  if (set.troubles().empty()) return untold;
  Told& told = SharedTold();
  const std::lock_guard lock(told.mutex);
  for (const Trouble& trouble : set.troubles()) {
    if (told.troubles.emplace(trouble.place, trouble.error.message).second) {
      untold.push_back(trouble);
    }
  }
  return untold;
}

std::string EmptyStoreNote(X509_STORE* store) {
  const RootView* view = ViewOf(store);
  if (view == nullptr || !TrustsNothing(*view)) return "";
  const openssl::X509ObjectStackPtr objects(X509_STORE_get1_objects(store));
  if (!objects || sk_X509_OBJECT_num(objects.get()) > 0) return "";
  std::string note = "no trusted root was found on this machine; looked for ";
  for (const std::string& place : view->places.searched) {
    if (&place != view->places.searched.data()) note += ", ";
    note += place;
  }
  return note +
         "; install the system's root certificates (ca-certificates), or name a bundle in "
         "SSL_CERT_FILE";
}

}  // namespace hermetic::trust
