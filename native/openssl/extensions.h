// The extensions that OpenSSL decodes when it first examines a certificate, and keeps in the
// certificate: usage, constraints, names, places of revocation lists.
#pragma once

#include "native/openssl/ptr.h"

namespace hermetic::openssl {

// CacheExtensions decodes them now. Call it for every certificate before another thread or context
// can use the certificate: OpenSSL 4.0 up to 4.0.2 frees data that one thread reads if two threads
// examine a certificate first at the same time (CVE-2026-84783). Extensions that cannot be decoded
// are an error of the first verification, as without this call.
void CacheExtensions(X509* certificate) noexcept;

// MultipliesNames returns whether decoding them would take memory out of proportion to the
// certificate. Each place of a revocation list that is given relative to its issuer gets a copy of
// the issuer's name: 790 MB and seconds for a certificate of 70 kB (CVE-2026-35189: OpenSSL before
// 3.5.9 and 4.0.3). Such a certificate must not be verified or cached. The function does not keep
// any decoded data.
bool MultipliesNames(const X509* certificate) noexcept;
inline constexpr const char* kMultipliesNames =
    "a certificate gives places of revocation lists relative to its issuer's name, which would "
    "take far more memory than the certificate itself (CVE-2026-35189)";

}  // namespace hermetic::openssl
