// Stores of OpenSSL's over a RootSet: a certificate goes into such a store when a chain asks for
// its name. OpenSSL's own lookup in hashed directories works the same way.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "native/base/result.h"
#include "native/openssl/ptr.h"
#include "native/trust/store/root_set.h"

namespace hermetic::trust {

// RootView is a set as one purpose sees it: without the entries that are not trusted for it, with
// those that are distrusted for it. An empty purpose is any.
struct RootView {
  std::shared_ptr<const RootSet> set;
  std::string purpose;
  RootPlaces places;  // OpenSSL itself reads the hashed directories
};

// MakeLazyStore makes a store of the view; it may be shared between threads.
Result<openssl::X509StorePtr> MakeLazyStore(RootView view);

// ViewOf is the view of a store that MakeLazyStore made, and null for any other.
const RootView* ViewOf(const X509_STORE* store);

// AddCertificate adds one to any store. What the view has of the same name goes in first, since
// OpenSSL asks it no more then; so a certificate that it distrusts stays distrusted.
Status AddCertificate(X509_STORE* store, X509* certificate);

// AllObjects is everything in a store, also what no chain has asked for; apart from what is in
// hashed directories.
Result<openssl::X509ObjectStackPtr> AllObjects(X509_STORE* store);

// AddDirectory has a store look into a hashed directory.
Status AddDirectory(X509_STORE* store, const std::string& directory);

// AddDirectories has it look into those of the view. One that OpenSSL cannot look into is among the
// set's troubles, and is passed over.
Status AddDirectories(X509_STORE* store, const RootView& view);

// IsRefused tells whether a certificate of the store is there only to be refused.
bool IsRefused(const X509_STORE* store, X509* certificate);

}  // namespace hermetic::trust
