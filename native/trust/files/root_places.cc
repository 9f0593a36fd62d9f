// The places that the environment names (see system_roots.h).
#include <string>
#include <vector>

#include "native/base/split.h"
#include "native/trust/system_roots.h"

namespace hermetic::trust {
namespace {

#if defined(_WIN32)
constexpr char kSeparator = ';';
#else
constexpr char kSeparator = ':';
#endif

std::vector<std::string> SplitList(const std::string& list) {
  std::vector<std::string> parts = SplitText(list, kSeparator);
  std::erase_if(parts, [](const std::string& part) { return part.empty(); });
  return parts;
}

}  // namespace

RootPlaces EnvironmentPlaces(const TrustEnvironment& environment) {
  RootPlaces places{.file = environment.cert_file, .directories = SplitList(environment.cert_dir)};
  if (!places.file.empty()) places.searched.push_back("SSL_CERT_FILE=" + environment.cert_file);
  if (!places.directories.empty()) {
    places.searched.push_back("SSL_CERT_DIR=" + environment.cert_dir);
  }
  return places;
}

}  // namespace hermetic::trust
