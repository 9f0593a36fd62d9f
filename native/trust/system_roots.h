// Where the platform keeps the certificates that it trusts. One file per platform implements this.
#pragma once

#include <string>
#include <vector>

namespace hermetic::trust {

// RootPlaces names a PEM bundle and hashed directories; each may be empty.
struct RootPlaces {
  std::string file;
  std::vector<std::string> directories;
};

// FindRootPlaces looks at SSL_CERT_FILE and SSL_CERT_DIR first; where either is set, only what they
// name counts. Otherwise it gives the first bundle that exists among those of the known
// distributions, or, without one, the first hashed directory. OpenSSL's compiled-in path is never
// used: it is that of no machine.
RootPlaces FindRootPlaces();

}  // namespace hermetic::trust
