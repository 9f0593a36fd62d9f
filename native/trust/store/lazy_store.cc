// See lazy_store.h.
#include "native/trust/store/lazy_store.h"

#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/openssl/error.h"
#include "native/openssl/extensions.h"
#include "native/trust/files/hashed_directory.h"
#include "native/trust/store/object_identifier.h"
#include "native/trust/store/root_set.h"
#include "native/trust/system_roots.h"

namespace hermetic::trust {
namespace {

using openssl::CaptureError;
using openssl::X509ObjectStackPtr;
using openssl::X509StorePtr;

// Kept is a store's view, with the entries added so far.
struct Kept {
  explicit Kept(RootView seen) : view(std::move(seen)), is_added(view.set->entries().size()) {}

  const RootView view;
  std::mutex mutex;
  std::vector<bool> is_added;  // by entry; guarded by the mutex
};

void FreeKept(void* /*parent*/, void* kept, CRYPTO_EX_DATA* /*data*/, int /*index*/, long /*argl*/,
              void* /*argp*/) noexcept {
  delete static_cast<Kept*>(kept);
}

int KeptIndex() {
  static const int kIndex = X509_STORE_get_ex_new_index(0, nullptr, nullptr, nullptr, FreeKept);
  return kIndex;
}

Kept* KeptBy(const X509_STORE* store) {
  return static_cast<Kept*>(X509_STORE_get_ex_data(store, KeptIndex()));
}

void FreeMutex(void* /*parent*/, void* mutex, CRYPTO_EX_DATA* /*data*/, int /*index*/,
               long /*argl*/, void* /*argp*/) noexcept {
  delete static_cast<std::mutex*>(mutex);
}

int FirstLookIndex() {
  static const int kIndex = X509_STORE_get_ex_new_index(0, nullptr, nullptr, nullptr, FreeMutex);
  return kIndex;
}

// FirstLookOf returns the mutex that guards the first use of a certificate that OpenSSL itself
// reads from a hashed directory, or null for a store that has never had such a directory. It is
// locked before any other mutex.
std::mutex* FirstLookOf(const X509_STORE* store) {
  return static_cast<std::mutex*>(X509_STORE_get_ex_data(store, FirstLookIndex()));
}

std::unique_lock<std::mutex> LockFirstLook(const X509_STORE* store) {
  std::mutex* const mutex = FirstLookOf(store);
  return mutex == nullptr ? std::unique_lock<std::mutex>() : std::unique_lock(*mutex);
}

// A distrusted entry must be in the store to be refused. Otherwise the same certificate, sent by
// the peer, would be an ordinary intermediate.
bool BelongsTo(const RootView& view, const TrustEntry& entry) {
  return (entry.role == EntryRole::kAnchor && IsTrustedFor(entry, view.purpose)) ||
         IsDistrustedFor(entry, view.purpose);
}

// OpenSSL 3 may add a certificate twice unless those of the same name are adjacent, which sorting
// ensures. OpenSSL 4 stores them by name.
bool SortNamesakes(X509_STORE* store, const X509* certificate) {
#if OPENSSL_VERSION_MAJOR < 4
  if (X509_STORE_lock(store) != 1) return false;
  STACK_OF(X509_OBJECT)* objects = X509_STORE_get0_objects(store);
  const X509_NAME* name = X509_get_subject_name(certificate);
  if (X509_OBJECT_retrieve_by_subject(objects, X509_LU_X509, name) != nullptr) {
    sk_X509_OBJECT_sort(objects);
  }
  return X509_STORE_unlock(store) == 1;
#else
  (void)store;
  (void)certificate;
  return true;
#endif
}

// AddOnce adds a certificate unless the store has it.
bool AddOnce(X509_STORE* store, X509* certificate) {
  return SortNamesakes(store, certificate) && X509_STORE_add_cert(store, certificate) == 1;
}

// AddEntry adds an entry unless the store has it. Returns the store's certificate, or null if the
// entry does not belong to the view, cannot be decoded, or cannot be added (`*out_failed`).
X509* AddEntry(X509_STORE* store, Kept* kept, size_t index, bool* out_failed) {
  const RootView& view = kept->view;
  if (!BelongsTo(view, view.set->entries()[index])) return nullptr;
  X509* certificate = view.set->Certificate(index);
  if (certificate == nullptr) return nullptr;
  const std::lock_guard lock(kept->mutex);
  if (!kept->is_added[index]) {
    kept->is_added[index] = AddOnce(store, certificate);
  }
  *out_failed = *out_failed || !kept->is_added[index];
  return kept->is_added[index] ? certificate : nullptr;
}

// Returns one of the certificates now in the store, which owns it, or null without one.
X509* AddNamed(X509_STORE* store, Kept* kept, const X509_NAME* name) {
  X509* added = nullptr;
  bool has_failed = false;
  for (const size_t index : kept->view.set->WithSubject(name)) {
    X509* certificate = AddEntry(store, kept, index, &has_failed);
    if (certificate != nullptr) added = certificate;
  }
  return added;
}

// ObjectsOf returns all present objects of a store, in a state that any thread may read.
Result<X509ObjectStackPtr> ObjectsOf(X509_STORE* store) {
  X509ObjectStackPtr objects(X509_STORE_get1_objects(store));
  if (!objects) return CaptureError("out of memory");
  for (int i = 0; i < sk_X509_OBJECT_num(objects.get()); ++i) {
    X509* certificate = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects.get(), i));
    if (certificate != nullptr) openssl::CacheExtensions(certificate);
  }
  return objects;
}

// OpenSSL adds its own reference to the result and does not take over the one of set1, which is
// therefore released.
int LendTo(X509_OBJECT* out, X509* certificate) {
  if (X509_OBJECT_set1_X509(out, certificate) != 1) return 0;
  const openssl::X509Ptr not_needed(certificate);
  return 1;
}

int FindBySubject(X509_LOOKUP* lookup, X509_LOOKUP_TYPE type, const X509_NAME* name,
                  X509_OBJECT* out) noexcept {
  if (type != X509_LU_X509) return 0;
  const openssl::ErrorMark mark;
  try {
    X509_STORE* store = X509_LOOKUP_get_store(lookup);
    X509* found = AddNamed(store, KeptBy(store), name);
    return found == nullptr ? 0 : LendTo(out, found);
  } catch (const std::exception&) {  // no memory
    return 0;
  }
}

// OpenSSL reads the extensions of each candidate in this call.
int FindIssuer(X509** out, X509_STORE_CTX* verification, auto* subject) noexcept {
  const auto lock = LockFirstLook(X509_STORE_CTX_get0_store(verification));
  return X509_STORE_CTX_get1_issuer(out, verification, subject);
}

STACK_OF(X509) * FindNamesakes(auto* verification, const X509_NAME* name) noexcept {
  const auto lock = LockFirstLook(X509_STORE_CTX_get0_store(verification));
  STACK_OF(X509)* found = X509_STORE_CTX_get1_certs(verification, name);
  for (int i = 0; i < sk_X509_num(found); ++i) openssl::CacheExtensions(sk_X509_value(found, i));
  return found;
}

// GuardFirstLooks makes a store fit for hashed directories. Threads share every store: a handshake
// may run on the pool. The argument types of these functions differ between OpenSSL 3 and 4.
Status GuardFirstLooks(X509_STORE* store) {
  if (FirstLookOf(store) != nullptr) return Ok();
  auto mutex = std::make_unique<std::mutex>();
  if (X509_STORE_set_ex_data(store, FirstLookIndex(), mutex.get()) != 1)
    return CaptureError("out of memory");
  [[maybe_unused]] const std::mutex* owned_by_store = mutex.release();
  X509_STORE_set_get_issuer(store, [](X509** out, X509_STORE_CTX* verification, auto* subject) {
    return FindIssuer(out, verification, subject);
  });
  X509_STORE_set_lookup_certs(store, [](auto* verification, const X509_NAME* name) {
    return FindNamesakes(verification, name);
  });
  return Ok();
}

// Never freed, because stores may outlive everything else.
X509_LOOKUP_METHOD* LookupMethod() {
  static X509_LOOKUP_METHOD* const kMethod = [] {
    X509_LOOKUP_METHOD* method = X509_LOOKUP_meth_new("the platform's certificates");
    if (method != nullptr) X509_LOOKUP_meth_set_get_by_subject(method, FindBySubject);
    return method;
  }();
  return kMethod;
}

Status AddCrls(X509_STORE* store, const RootView& view) {
  for (const Bytes& der : view.set->crls()) {
    const unsigned char* position = der.data();
    const openssl::X509CrlPtr crl(d2i_X509_CRL(nullptr, &position, static_cast<long>(der.size())));
    if (crl && X509_STORE_add_crl(store, crl.get()) != 1) {
      return CaptureError("a revocation list could not be added");
    }
  }
  return Ok();
}

bool HasObject(const STACK_OF(ASN1_OBJECT) * objects, const std::string& purpose) {
  for (int i = 0; i < sk_ASN1_OBJECT_num(objects); ++i) {
    const std::string named = DottedText(sk_ASN1_OBJECT_value(objects, i));
    if (named == kAnyPurpose || named == purpose) return true;
  }
  return false;
}

// Adds a hashed directory by OpenSSL's name for it.
Status AddLookup(X509_STORE* store, const std::string& name) {
  Status guarded = GuardFirstLooks(store);
  if (!guarded.ok()) return guarded;
  X509_LOOKUP* lookup = X509_STORE_add_lookup(store, X509_LOOKUP_hash_dir());
  if (lookup != nullptr && X509_LOOKUP_add_dir(lookup, name.c_str(), X509_FILETYPE_PEM) == 1) {
    return Ok();
  }
  return CaptureError("the directory could not be added");
}

}  // namespace

const RootView* ViewOf(const X509_STORE* store) {
  const Kept* kept = KeptBy(store);
  return kept == nullptr ? nullptr : &kept->view;
}

Result<X509StorePtr> MakeLazyStore(RootView view) {
  X509StorePtr store(X509_STORE_new());
  if (!store || LookupMethod() == nullptr) return CaptureError("out of memory");
  auto kept = std::make_unique<Kept>(std::move(view));
  if (X509_STORE_set_ex_data(store.get(), KeptIndex(), kept.get()) != 1) {
    return CaptureError("out of memory");
  }
  const RootView& own = kept.release()->view;
  if (X509_STORE_add_lookup(store.get(), LookupMethod()) == nullptr) {
    return CaptureError("out of memory");
  }
  Status added = AddDirectories(store.get(), own);
  if (!added.ok()) return added.error();
  added = AddCrls(store.get(), own);
  if (!added.ok()) return added.error();
  return store;
}

Status AddDirectories(X509_STORE* store, const RootView& view) {
  for (const std::string& directory : view.places.directories) {
    const Result<std::string> name = NameForOpenssl(directory);
    if (!name.ok()) continue;  // reported as a trouble of its place
    Status added = AddLookup(store, name.value());
    if (!added.ok()) return added;
  }
  return Ok();
}

Status AddDirectory(X509_STORE* store, const std::string& directory) {
  const Result<std::string> name = NameForOpenssl(directory);
  if (!name.ok()) return name.error();
  return AddLookup(store, name.value());
}

Status AddCertificate(X509_STORE* store, X509* certificate) {
  Kept* kept = KeptBy(store);
  if (kept != nullptr) AddNamed(store, kept, X509_get_subject_name(certificate));
  if (openssl::MultipliesNames(certificate)) return openssl::SslError(openssl::kMultipliesNames);
  openssl::CacheExtensions(certificate);
  if (AddOnce(store, certificate)) return Ok();
  return CaptureError("a certificate could not be added");
}

Result<X509ObjectStackPtr> AllObjects(X509_STORE* store) {
  Kept* kept = KeptBy(store);
  bool has_failed = false;
  for (size_t i = 0; kept != nullptr && i < kept->view.set->entries().size(); ++i) {
    AddEntry(store, kept, i, &has_failed);
    if (has_failed) return CaptureError("a certificate could not be added");
  }
  const auto lock = LockFirstLook(store);
  return ObjectsOf(store);
}

openssl::X509StackPtr PresentCertificates(X509_STORE* store) {
  const auto lock = LockFirstLook(store);
  openssl::X509StackPtr certificates(X509_STORE_get1_all_certs(store));
  for (int i = 0; i < sk_X509_num(certificates.get()); ++i)
    openssl::CacheExtensions(sk_X509_value(certificates.get(), i));
  return certificates;
}

bool IsRefused(const X509_STORE* store, X509* certificate) {
  const RootView* view = ViewOf(store);
  return HasObject(X509_get0_reject_objects(certificate), view == nullptr ? "" : view->purpose);
}

}  // namespace hermetic::trust
