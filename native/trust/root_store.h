// The parsed bundle of trusted certificates, once per process: parsing costs tens of milliseconds,
// so every context of every thread shares one X509_STORE until it adds something of its own.
#pragma once

#include <string>

#include "native/openssl/ptr.h"
#include "native/openssl/result.h"

namespace hermetic::trust {

// SharedStore is the store of the PEM bundle `file`. It is parsed at the first use and again when
// the file has changed (device, inode, size or time of change). The caller owns one reference and
// must not add to the store: CopyStore first. A bundle that cannot be read is a system error; one
// without a certificate gives an empty store.
openssl::Result<openssl::X509StorePtr> SharedStore(const std::string& file);

// CopyStore makes a store of one's own with the same certificates and revocation lists. The
// certificates themselves are shared.
openssl::Result<openssl::X509StorePtr> CopyStore(X509_STORE* store);

// AddAll adds what `source` holds to `store`.
openssl::Status AddAll(X509_STORE* store, X509_STORE* source);

}  // namespace hermetic::trust
