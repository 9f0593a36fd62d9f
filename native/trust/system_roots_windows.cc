// Windows: only SSL_CERT_FILE and SSL_CERT_DIR so far (see system_roots.h); its certificate stores
// are not read yet.
#include "native/trust/system_roots.h"

#if defined(_WIN32)

#include <string>

namespace hermetic::trust {

RootPlaces FindRootPlaces(const TrustEnvironment& environment) {
  return EnvironmentPlaces(environment);
}

void ReadPlatformStores(TrustEntries* /*out*/) {}

std::string PlatformStoresStamp() { return ""; }

}  // namespace hermetic::trust

#endif
