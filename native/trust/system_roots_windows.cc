// Windows: only SSL_CERT_FILE and SSL_CERT_DIR so far (see system_roots.h); its certificate stores
// are not read yet.
#include "native/trust/system_roots.h"

#if defined(_WIN32)

namespace hermetic::trust {

RootPlaces FindRootPlaces(const TrustEnvironment& environment) {
  RootPlaces places{environment.cert_file, {}};
  if (!environment.cert_dir.empty()) places.directories.push_back(environment.cert_dir);
  return places;
}

}  // namespace hermetic::trust

#endif
