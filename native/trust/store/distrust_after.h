// Certificates that stopped to vouch for what was issued later (DistrustAfter of system_roots.h),
// held against a chain that OpenSSL has verified: OpenSSL's own trust settings know no dates.
#pragma once

#include <optional>

#include "native/openssl/ptr.h"
#include "native/trust/store/lazy_store.h"

namespace hermetic::trust {

// FindEndedTrust gives the depth of the first certificate of the chain whose vouching had ended,
// for the view's purpose, when the one at depth 0 was issued; absent where there is none.
std::optional<int> FindEndedTrust(const STACK_OF(X509) * chain, const RootView& view);

}  // namespace hermetic::trust
