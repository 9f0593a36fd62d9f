// Reports to users about places that could not be read.
#pragma once

#include <string>
#include <vector>

#include "native/openssl/ptr.h"
#include "native/trust/store/root_set.h"
#include "native/trust/system_roots.h"

namespace hermetic::trust {

// NewTroubles returns the troubles of the set that have not been returned before in this process.
std::vector<Trouble> NewTroubles(const RootSet& set);

// EmptyStoreNote returns, for a platform store without any trusted certificate, a sentence that
// says where certificates were looked for and what to do. It is for the message of a failed
// verification. The result is empty for any other store.
std::string EmptyStoreNote(X509_STORE* store);

}  // namespace hermetic::trust
