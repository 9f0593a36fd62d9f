// PlaceStamp: what tells one state of the places of trusted certificates from another.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "native/trust/system_roots.h"

namespace hermetic::trust {

struct FileStamp {
  std::string path;
  bool exists = false;
  uint64_t device = 0;
  uint64_t inode = 0;
  int64_t size = 0;
  int64_t modified = 0;  // nanoseconds where the platform has them
  int64_t changed = 0;   // also permissions and names; on Windows the time of creation
  bool operator==(const FileStamp&) const = default;
};

struct PlaceStamp {
  std::vector<FileStamp> files;  // directories too
  std::string platform;          // PlatformStoresStamp
  bool operator==(const PlaceStamp&) const = default;
};

// StampOfFile is that of one file or directory, whether it exists or not.
FileStamp StampOfFile(const std::string& path);

PlaceStamp StampOf(const RootPlaces& places);

}  // namespace hermetic::trust
