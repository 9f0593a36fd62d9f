// PlaceStamp identifies one state of the places of trusted certificates.
#pragma once

#include <string>
#include <vector>

#include "native/trust/files/file_stamp.h"
#include "native/trust/system_roots.h"

namespace hermetic::trust {

struct PlaceStamp {
  std::vector<FileStamp> files;  // including directories
  std::string platform;          // PlatformStoresStamp
  bool operator==(const PlaceStamp&) const = default;
};

PlaceStamp StampOf(const RootPlaces& places);

}  // namespace hermetic::trust
