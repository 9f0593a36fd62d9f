// Fingerprints that identify a set of trusted certificates.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/openssl/ptr.h"

namespace hermetic::trust {

using Fingerprint = std::array<uint8_t, 32>;  // SHA-256

// FingerprintOf appends the fingerprint of the argument; false on failure.
bool FingerprintOf(ByteView bytes, std::vector<Fingerprint>* out);
bool FingerprintOf(const X509* certificate, std::vector<Fingerprint>* out);
bool FingerprintOf(const X509_CRL* crl, std::vector<Fingerprint>* out);

// StoreFingerprints returns the sorted fingerprints of everything that a store trusts and
// distrusts. They include revocation lists, because a list may contain a peer that was accepted
// before the list came. For a shared store the platform's certificates as they were found count,
// not those that chains have added since.
Result<std::vector<Fingerprint>> StoreFingerprints(X509_STORE* store, bool is_shared);

// RevocationListFingerprints returns the fingerprints of the revocation lists in a store, unsorted.
Result<std::vector<Fingerprint>> RevocationListFingerprints(X509_STORE* store);

}  // namespace hermetic::trust
