// What users are told of places that could not be read.
#pragma once

#include <string>
#include <vector>

#include "native/openssl/ptr.h"
#include "native/trust/store/root_set.h"
#include "native/trust/system_roots.h"

namespace hermetic::trust {

// NewTroubles are those of the set that this process has not been given before.
std::vector<Trouble> NewTroubles(const RootSet& set);

// EmptyStoreNote says of a store of the platform's in which nothing is trusted what was looked for
// and what to do, as a sentence for the message of a failed verification. It is empty for any other
// store.
std::string EmptyStoreNote(X509_STORE* store);

}  // namespace hermetic::trust
