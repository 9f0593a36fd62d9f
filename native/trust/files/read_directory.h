// Directories of certificates, read whole.
#pragma once

#include <string>

#include "native/trust/system_roots.h"

namespace hermetic::trust {

// ReadWholeDirectory adds what every file of the directory holds; ReadHashedDirectory only what
// OpenSSL would look at: files named by a hash, "5ad8a5d6.0". A directory that does not exist holds
// nothing, and files without certificates do not matter.
void ReadWholeDirectory(const std::string& directory, TrustEntries* out);
void ReadHashedDirectory(const std::string& directory, TrustEntries* out);

// HasHashedFiles tells whether there is anything that ReadHashedDirectory would read.
bool HasHashedFiles(const std::string& directory);

}  // namespace hermetic::trust
