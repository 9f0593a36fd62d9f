// What the environment names (see system_roots.h).
#include <sstream>
#include <string>
#include <vector>

#include "native/trust/system_roots.h"

namespace hermetic::trust {
namespace {

#if defined(_WIN32)
constexpr char kSeparator = ';';
#else
constexpr char kSeparator = ':';
#endif

std::vector<std::string> SplitList(const std::string& list) {
  std::vector<std::string> parts;
  std::istringstream stream(list);
  for (std::string part; std::getline(stream, part, kSeparator);) {
    if (!part.empty()) parts.push_back(part);
  }
  return parts;
}

}  // namespace

RootPlaces EnvironmentPlaces(const TrustEnvironment& environment) {
  return {.file = environment.cert_file, .directories = SplitList(environment.cert_dir)};
}

}  // namespace hermetic::trust
