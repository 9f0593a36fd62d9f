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

// TrustEnvironment is what the environment names, each empty where it is not set. The caller reads
// it: getenv would race with another thread's setenv.
struct TrustEnvironment {
  std::string cert_file;  // SSL_CERT_FILE
  std::string cert_dir;   // SSL_CERT_DIR: a list, as in PATH
};

// FindRootPlaces gives what the environment names; where it names anything, only that counts.
// Otherwise it gives the first bundle that exists among those of the known
// distributions, or, without one, the first hashed directory. OpenSSL's compiled-in path is never
// used: it is that of no machine.
RootPlaces FindRootPlaces(const TrustEnvironment& environment);

}  // namespace hermetic::trust
