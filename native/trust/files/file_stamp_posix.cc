// StampOfFile of file_stamp.h for all systems except Windows.
#include "native/trust/files/file_stamp.h"

#if !defined(_WIN32)

#include <sys/stat.h>

#include <cstdint>
#include <string>

namespace hermetic::trust {
namespace {

using FileStatus = struct stat;

#if defined(__linux__) || defined(__FreeBSD__) || defined(__APPLE__)
int64_t Nanoseconds(const timespec& time) {
  return static_cast<int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}
#endif

#if defined(__linux__) || defined(__FreeBSD__)
int64_t ModifiedAt(const FileStatus& status) { return Nanoseconds(status.st_mtim); }
int64_t ChangedAt(const FileStatus& status) { return Nanoseconds(status.st_ctim); }
#elif defined(__APPLE__)
int64_t ModifiedAt(const FileStatus& status) { return Nanoseconds(status.st_mtimespec); }
int64_t ChangedAt(const FileStatus& status) { return Nanoseconds(status.st_ctimespec); }
#else
int64_t ModifiedAt(const FileStatus& status) { return static_cast<int64_t>(status.st_mtime); }
int64_t ChangedAt(const FileStatus& status) { return static_cast<int64_t>(status.st_ctime); }
#endif

}  // namespace

FileStamp StampOfFile(const std::string& path) {
  FileStamp stamp{.path = path};
  FileStatus status = {};
  if (stat(path.c_str(), &status) != 0) return stamp;
  stamp.exists = true;
  stamp.device = static_cast<uint64_t>(status.st_dev);
  stamp.inode = static_cast<uint64_t>(status.st_ino);
  // A pipe yields its data once, and its time changes with every use.
  const auto kind = status.st_mode & S_IFMT;
  if (kind != S_IFREG && kind != S_IFDIR) return stamp;
  stamp.size = static_cast<int64_t>(status.st_size);
  stamp.modified = ModifiedAt(status);
  stamp.changed = ChangedAt(status);
  return stamp;
}

}  // namespace hermetic::trust

#endif  // !_WIN32
