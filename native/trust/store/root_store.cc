// See root_store.h.
#include "native/trust/store/root_store.h"

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "native/base/result.h"
#include "native/openssl/error.h"
#include "native/trust/files/hashed_directory.h"
#include "native/trust/files/read_bundle.h"
#include "native/trust/files/read_directory.h"
#include "native/trust/store/lazy_store.h"
#include "native/trust/store/place_stamp.h"
#include "native/trust/store/root_set.h"
#include "native/trust/system_roots.h"

namespace hermetic::trust {
namespace {

using openssl::CaptureError;
using openssl::X509StorePtr;

struct CachedRoots {
  PlaceStamp stamp;
  RootPlaces places;
  std::shared_ptr<const RootSet> set;
  std::map<std::string, X509StorePtr> stores;  // by purpose
};

struct Cache {
  std::mutex mutex;
  std::map<std::pair<std::string, std::string>, CachedRoots> by_environment;
};

// Never destroyed: see native/threads/pool.cc.
Cache& SharedCache() {
  static Cache* const kCache = new Cache;
  return *kCache;
}

TrustEntries ReadPlaces(const RootPlaces& places) {
  TrustEntries read;
  for (const Trouble& trouble : places.troubles) read.troubles.push_back(trouble);
  if (!places.file.empty()) ReadBundle(places.file, Take::kAll, &read);
  for (const std::string& folder : places.directories) {
    const Result<std::string> name = NameForOpenssl(folder);
    if (!name.ok()) read.troubles.push_back({folder, name.error()});
  }
  for (const std::string& folder : places.whole_directories) ReadWholeDirectory(folder, &read);
  if (!places.distrust_file.empty()) ReadBundle(places.distrust_file, Take::kDistrusted, &read);
  if (places.platform_stores) ReadPlatformStores(&read);
  return read;
}

// The stamp is taken before the reading, so that a change in between is noticed the next time.
CachedRoots& Present(Cache& cache, const TrustEnvironment& environment) {
  CachedRoots& cached = cache.by_environment[{environment.cert_file, environment.cert_dir}];
  RootPlaces places = FindRootPlaces(environment);
  PlaceStamp stamp = StampOf(places);
  if (cached.set == nullptr || !(cached.stamp == stamp)) {
    auto set = std::make_shared<const RootSet>(ReadPlaces(places));
    cached = {std::move(stamp), std::move(places), std::move(set), {}};
  }
  return cached;
}

X509StorePtr AnotherReference(X509_STORE* store) {
  return X509_STORE_up_ref(store) == 1 ? X509StorePtr(store) : nullptr;
}

}  // namespace

std::shared_ptr<const RootSet> SharedSet(const TrustEnvironment& environment) {
  Cache& cache = SharedCache();
  const std::lock_guard lock(cache.mutex);
  return Present(cache, environment).set;
}

std::unique_ptr<RootSet> ListedSet(const TrustEnvironment& environment) {
  TrustEntries listed;
  RootPlaces places;
  {
    Cache& cache = SharedCache();
    const std::lock_guard lock(cache.mutex);
    const CachedRoots& cached = Present(cache, environment);
    listed.entries = cached.set->entries();
    listed.troubles = cached.set->troubles();
    places = cached.places;
  }
  for (const std::string& directory : places.directories) ReadHashedDirectory(directory, &listed);
  return std::make_unique<RootSet>(std::move(listed));
}

Result<X509StorePtr> SharedStore(const TrustEnvironment& environment, const std::string& purpose) {
  Cache& cache = SharedCache();
  const std::lock_guard lock(cache.mutex);
  CachedRoots& cached = Present(cache, environment);
  X509StorePtr& store = cached.stores[purpose];
  if (!store) {
    Result<X509StorePtr> made = MakeLazyStore({cached.set, purpose, cached.places});
    if (!made.ok()) return made.error();
    store = std::move(*made);
  }
  X509StorePtr shared = AnotherReference(store.get());
  if (!shared) return CaptureError("the store could not be shared");
  return shared;
}

Result<X509StorePtr> CopyStore(const X509_STORE* shared) { return MakeLazyStore(*ViewOf(shared)); }

Status AddAll(X509_STORE* store, X509_STORE* source) {
  Result<openssl::X509ObjectStackPtr> objects = AllObjects(source);
  if (!objects.ok()) return objects.error();
  for (int i = 0; i < sk_X509_OBJECT_num(objects->get()); ++i) {
    X509_OBJECT* object = sk_X509_OBJECT_value(objects->get(), i);
    X509* certificate = X509_OBJECT_get0_X509(object);
    X509_CRL* crl = X509_OBJECT_get0_X509_CRL(object);
    if (certificate != nullptr) {
      Status added = AddCertificate(store, certificate);
      if (!added.ok()) return added;
    }
    if (crl != nullptr && X509_STORE_add_crl(store, crl) != 1) {
      return CaptureError("a revocation list could not be added");
    }
  }
  const RootView* view = ViewOf(source);
  return view == nullptr ? Ok() : AddDirectories(store, *view);
}

}  // namespace hermetic::trust
