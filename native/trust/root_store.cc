// See root_store.h.
#include "native/trust/root_store.h"

#include <sys/stat.h>

#include <cerrno>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "native/trust/load_pem.h"

namespace hermetic::trust {
namespace {

using openssl::CaptureError;
using openssl::Result;
using openssl::X509StorePtr;

// What tells one state of a file from another.
struct FileStamp {
  dev_t device = 0;
  ino_t inode = 0;
  off_t size = 0;
  time_t changed_seconds = 0;
  long changed_nanoseconds = 0;
  bool operator==(const FileStamp&) const = default;
};

Result<FileStamp> StampOf(const std::string& file) {
  struct stat status = {};
  if (stat(file.c_str(), &status) != 0) return openssl::SystemError(errno, "open", file);
  FileStamp stamp{status.st_dev, status.st_ino, status.st_size, status.st_mtime, 0};
#if defined(__linux__)
  stamp.changed_nanoseconds = status.st_mtim.tv_nsec;
#endif
  return stamp;
}

struct CachedStore {
  FileStamp stamp;
  X509StorePtr store;
};

struct Cache {
  std::mutex mutex;
  std::map<std::string, CachedStore> stores;
};

// Never destroyed: see native/threads/pool.cc.
Cache& SharedCache() {
  static Cache* const kCache = new Cache;
  return *kCache;
}

X509StorePtr AnotherReference(X509_STORE* store) {
  return X509_STORE_up_ref(store) == 1 ? X509StorePtr(store) : nullptr;
}

Result<X509StorePtr> Parse(const std::string& file) {
  X509StorePtr store(X509_STORE_new());
  if (!store) return CaptureError("out of memory");
  Result<size_t> loaded = LoadPemFile(store.get(), file);
  if (!loaded.ok()) return loaded.error();
  return store;
}

}  // namespace

Result<X509StorePtr> SharedStore(const std::string& file) {
  Result<FileStamp> stamp = StampOf(file);
  if (!stamp.ok()) return stamp.error();
  Cache& cache = SharedCache();
  std::lock_guard lock(cache.mutex);
  CachedStore& cached = cache.stores[file];
  if (!cached.store || !(cached.stamp == *stamp)) {
    Result<X509StorePtr> parsed = Parse(file);
    if (!parsed.ok()) return parsed.error();
    cached = {*stamp, std::move(*parsed)};
  }
  X509StorePtr store = AnotherReference(cached.store.get());
  if (!store) return CaptureError("the store could not be shared");
  return store;
}

openssl::Status AddAll(X509_STORE* store, X509_STORE* source) {
  openssl::X509ObjectStackPtr objects(X509_STORE_get1_objects(source));
  if (!objects) return CaptureError("out of memory");
  for (int i = 0; i < sk_X509_OBJECT_num(objects.get()); ++i) {
    X509_OBJECT* object = sk_X509_OBJECT_value(objects.get(), i);
    X509* certificate = X509_OBJECT_get0_X509(object);
    X509_CRL* crl = X509_OBJECT_get0_X509_CRL(object);
    if (certificate != nullptr && X509_STORE_add_cert(store, certificate) != 1) {
      return CaptureError("a certificate could not be added");
    }
    if (crl != nullptr && X509_STORE_add_crl(store, crl) != 1) {
      return CaptureError("a revocation list could not be added");
    }
  }
  return openssl::Ok();
}

Result<X509StorePtr> CopyStore(X509_STORE* store) {
  X509StorePtr copy(X509_STORE_new());
  if (!copy) return CaptureError("out of memory");
  openssl::Status added = AddAll(copy.get(), store);
  if (!added.ok()) return added.error();
  return copy;
}

}  // namespace hermetic::trust
