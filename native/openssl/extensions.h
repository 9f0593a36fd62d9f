// What OpenSSL decodes of a certificate's extensions when it first looks at them, and keeps in the
// certificate: usage, constraints, names, places of revocation lists.
#pragma once

#include "native/openssl/ptr.h"

namespace hermetic::openssl {

// CacheExtensions decodes them now. Every certificate that another thread or context will see goes
// through here first: OpenSSL 4.0 up to 4.0.2 frees what one thread reads when two of them make the
// first look at the same time (CVE-2026-84783). Extensions that cannot be decoded are an error of
// the first verification, as ever.
void CacheExtensions(X509* certificate) noexcept;

// MultipliesNames reports whether decoding them would take memory out of proportion to the
// certificate: each place of a revocation list that is given relative to its issuer gets a copy of
// the issuer's name: 790 MB and seconds for a certificate of 70 kB (CVE-2026-35189: OpenSSL before
// 3.5.9 and 4.0.3). Such a certificate must not be verified or cached. Decodes nothing that it
// keeps.
bool MultipliesNames(const X509* certificate) noexcept;
inline constexpr const char* kMultipliesNames =
    "a certificate gives places of revocation lists relative to its issuer's name, which would "
    "take far more memory than the certificate itself (CVE-2026-35189)";

}  // namespace hermetic::openssl
