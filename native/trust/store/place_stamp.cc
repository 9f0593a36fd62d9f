// See place_stamp.h.
#include "native/trust/store/place_stamp.h"

#include <string>

#include "native/trust/files/file_stamp.h"
#include "native/trust/system_roots.h"

namespace hermetic::trust {

PlaceStamp StampOf(const RootPlaces& places) {
  PlaceStamp stamp;
  for (const std::string& file : {places.file, places.distrust_file}) {
    if (!file.empty()) stamp.files.push_back(StampOfFile(file));
  }
  for (const std::string& path : places.directories) stamp.files.push_back(StampOfFile(path));
  for (const std::string& path : places.whole_directories) {
    stamp.files.push_back(StampOfFile(path));
  }
  if (places.platform_stores) stamp.platform = PlatformStoresStamp();
  return stamp;
}

}  // namespace hermetic::trust
