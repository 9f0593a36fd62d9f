// The platform's trusted certificates, read once per process. Every context of every thread shares
// one X509_STORE until it adds its own certificates. Everything is read again after a file has
// changed.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "native/base/result.h"
#include "native/openssl/ptr.h"
#include "native/trust/store/root_set.h"
#include "native/trust/system_roots.h"

namespace hermetic::trust {

// SharedSet returns the certificates that the environment and the platform name now. It reads them
// at the first call, and again when a file or directory has another stamp (device, inode, size,
// times) or the platform reports a change. Places that cannot be read are among its troubles.
std::shared_ptr<const RootSet> SharedSet(const TrustEnvironment& environment);

// ListedSet returns the same with the contents of hashed directories, for display. Decoding it does
// not change shared data.
std::unique_ptr<RootSet> ListedSet(const TrustEnvironment& environment);

// SharedStore returns the store of the shared set for one purpose (RootView). The caller owns one
// reference and must not add to the store: call CopyStore first.
Result<openssl::X509StorePtr> SharedStore(const TrustEnvironment& environment,
                                          const std::string& purpose);

// CopyStore makes a private copy of a shared store. The certificates themselves are shared.
Result<openssl::X509StorePtr> CopyStore(const X509_STORE* shared);

// AddAll adds everything that `source` trusts and distrusts to `store`, including its hashed
// directories.
Status AddAll(X509_STORE* store, X509_STORE* source);

}  // namespace hermetic::trust
