// Windows: only SSL_CERT_FILE and SSL_CERT_DIR so far (see system_roots.h); its certificate stores
// are not read yet.
#include "native/trust/system_roots.h"

#if defined(_WIN32)

#include <cstdlib>

namespace hermetic::trust {

RootPlaces FindRootPlaces() {
  RootPlaces places;
  if (const char* file = std::getenv("SSL_CERT_FILE")) places.file = file;
  if (const char* directory = std::getenv("SSL_CERT_DIR")) places.directories.push_back(directory);
  return places;
}

}  // namespace hermetic::trust

#endif
