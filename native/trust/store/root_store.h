// What the platform trusts, read once per process: every context of every thread shares one
// X509_STORE until it adds something of its own, and all are read anew when a file has changed.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "native/base/result.h"
#include "native/openssl/ptr.h"
#include "native/trust/store/root_set.h"
#include "native/trust/system_roots.h"

namespace hermetic::trust {

// SharedSet is what the environment and the platform name now. It is read at the first call, and
// again when a file or a directory has another stamp (device, inode, size, times) or the platform
// says so. What cannot be read is among its troubles.
std::shared_ptr<const RootSet> SharedSet(const TrustEnvironment& environment);

// ListedSet is the same with what is in hashed directories, for showing: decoding it leaves nothing
// behind.
std::unique_ptr<RootSet> ListedSet(const TrustEnvironment& environment);

// SharedStore is the store of that for one purpose (RootView). The caller owns one reference and
// must not add to the store: CopyStore first.
Result<openssl::X509StorePtr> SharedStore(const TrustEnvironment& environment,
                                          const std::string& purpose);

// CopyStore makes a store of one's own out of a shared one. The certificates themselves are shared.
Result<openssl::X509StorePtr> CopyStore(const X509_STORE* shared);

// AddAll adds what `source` trusts and distrusts to `store`, its hashed directories too.
Status AddAll(X509_STORE* store, X509_STORE* source);

}  // namespace hermetic::trust
