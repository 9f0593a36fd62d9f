// Reads whole directories of certificates.
#pragma once

#include <string>

#include "native/trust/system_roots.h"

namespace hermetic::trust {

// ReadWholeDirectory adds the contents of every file of the directory; ReadHashedDirectory only
// those that OpenSSL would read: files named by a hash, "5ad8a5d6.0". A directory that does not
// exist counts as empty, and files without certificates are ignored.
void ReadWholeDirectory(const std::string& directory, TrustEntries* out);
void ReadHashedDirectory(const std::string& directory, TrustEntries* out);

// HasHashedFiles returns whether ReadHashedDirectory would read any file.
bool HasHashedFiles(const std::string& directory);

}  // namespace hermetic::trust
