// FileStamp identifies one state of a file or directory.
#pragma once

#include <cstdint>
#include <string>

namespace hermetic::trust {

struct FileStamp {
  std::string path;
  bool exists = false;
  uint64_t device = 0;
  uint64_t inode = 0;
  int64_t size = 0;
  int64_t modified = 0;  // as fine as the platform has it: 1 ns; 100 ns on Windows
  int64_t changed = 0;   // also changes of permissions and names
  bool operator==(const FileStamp&) const = default;
};

// StampOfFile returns the stamp of a file or directory, whether it exists or not.
FileStamp StampOfFile(const std::string& path);

}  // namespace hermetic::trust
