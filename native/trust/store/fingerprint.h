// Fingerprints: what tells one set of trusted certificates from another.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/openssl/ptr.h"

namespace hermetic::trust {

using Fingerprint = std::array<uint8_t, 32>;  // SHA-256

// FingerprintOf adds that of the bytes; false on failure.
bool FingerprintOf(ByteView bytes, std::vector<Fingerprint>* out);
bool FingerprintOf(const X509* certificate, std::vector<Fingerprint>* out);
bool FingerprintOf(const X509_CRL* crl, std::vector<Fingerprint>* out);

// StoreFingerprints are those of all that a store trusts and distrusts, sorted, revocation lists
// too: who was let in before a list came may be on it. Of a store
// that is shared what the platform was found to have counts, not what chains have made of it
// meanwhile.
Result<std::vector<Fingerprint>> StoreFingerprints(X509_STORE* store, bool is_shared);

// RevocationListFingerprints are those of the revocation lists in a store, in no order.
Result<std::vector<Fingerprint>> RevocationListFingerprints(X509_STORE* store);

}  // namespace hermetic::trust
