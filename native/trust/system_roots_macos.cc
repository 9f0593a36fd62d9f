// macOS: the bundle that it ships so far (see system_roots.h); its keychains are not read yet.

#if defined(__APPLE__)

#include <string>

namespace hermetic::trust {

RootPlaces FindRootPlaces(const TrustEnvironment& environment) {
  RootPlaces places = EnvironmentPlaces(environment);
  if (places.file.empty() && places.directories.empty()) places.file = "/etc/ssl/cert.pem";
  return places;
}

void ReadPlatformStores(TrustEntries* /*out*/) {}

std::string PlatformStoresStamp() { return ""; }

}  // namespace hermetic::trust

#endif
