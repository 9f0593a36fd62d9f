// Certificates that are trusted only for certificates issued before a date (DistrustAfter of
// system_roots.h). They are checked in a chain that OpenSSL has verified, because OpenSSL's own
// trust settings have no dates.
#pragma once

#include <optional>

#include "native/openssl/ptr.h"
#include "native/trust/store/lazy_store.h"

namespace hermetic::trust {

// FindEndedTrust returns the depth of the first certificate of the chain whose trust, for the
// view's purpose, had ended when the certificate at depth 0 was issued; absent without one.
std::optional<int> FindEndedTrust(const STACK_OF(X509) * chain, const RootView& view);

}  // namespace hermetic::trust
