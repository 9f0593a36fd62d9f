// OpenSSL stores over a RootSet. A certificate is added to such a store when a chain asks for its
// name. OpenSSL's own lookup in hashed directories works the same way.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "native/base/result.h"
#include "native/openssl/ptr.h"
#include "native/trust/store/root_set.h"

namespace hermetic::trust {

// RootView is a set as one purpose sees it: without the entries that are not trusted for it, and
// with those that are distrusted for it. An empty purpose means any purpose.
struct RootView {
  std::shared_ptr<const RootSet> set;
  std::string purpose;
  RootPlaces places;  // OpenSSL itself reads the hashed directories
};

// MakeLazyStore makes a store of the view; threads may share it.
Result<openssl::X509StorePtr> MakeLazyStore(RootView view);

// ViewOf returns the view of a store that MakeLazyStore made, or null for any other store.
const RootView* ViewOf(const X509_STORE* store);

// AddCertificate adds a certificate to any store. The view's certificates of the same name are
// added first, because OpenSSL does not ask the view afterwards; a certificate that the view
// distrusts therefore stays distrusted.
Status AddCertificate(X509_STORE* store, X509* certificate);

// AllObjects returns everything in a store, including entries that no chain has asked for, but
// without the contents of hashed directories.
Result<openssl::X509ObjectStackPtr> AllObjects(X509_STORE* store);

// PresentCertificates returns the certificates that a store has now, or null if memory ran out. Any
// thread may examine them.
openssl::X509StackPtr PresentCertificates(X509_STORE* store);

// AddDirectory makes a store look into a hashed directory.
Status AddDirectory(X509_STORE* store, const std::string& directory);

// AddDirectories makes a store look into the hashed directories of the view. A directory that
// OpenSSL cannot use is among the set's troubles, and is skipped.
Status AddDirectories(X509_STORE* store, const RootView& view);

// IsRefused returns whether a certificate is in the store only to be refused.
bool IsRefused(const X509_STORE* store, X509* certificate);

}  // namespace hermetic::trust
