// StampOfFile of file_stamp.h for Windows. It does not use _wstat64, whose times are whole seconds,
// and which does not distinguish a file from another that has taken its name.
#include "native/trust/files/file_stamp.h"

#if defined(_WIN32)

#include <windows.h>

#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>

#include "native/base/wide_text.h"

namespace hermetic::trust {
namespace {

struct HandleCloser {
  void operator()(HANDLE handle) const { CloseHandle(handle); }
};
using HandlePtr = std::unique_ptr<std::remove_pointer_t<HANDLE>, HandleCloser>;

HandlePtr OpenToAsk(const std::string& path) {
  const HANDLE handle = CreateFileW(WideOf(path).c_str(), FILE_READ_ATTRIBUTES,
                                    FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                                    OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, nullptr);
  return HandlePtr(handle == INVALID_HANDLE_VALUE ? nullptr : handle);
}

uint64_t Joined(DWORD high, DWORD low) { return (uint64_t{high} << 32) | low; }

}  // namespace

FileStamp StampOfFile(const std::string& path) {
  FileStamp stamp{.path = path};
  const HandlePtr handle = OpenToAsk(path);
  if (!handle) return stamp;
  stamp.exists = true;
  BY_HANDLE_FILE_INFORMATION file = {};
  // A pipe yields its data once, and NUL is not a file.
  if (GetFileType(handle.get()) != FILE_TYPE_DISK ||
      GetFileInformationByHandle(handle.get(), &file) == 0) {
    return stamp;
  }
  stamp.device = file.dwVolumeSerialNumber;
  stamp.inode = Joined(file.nFileIndexHigh, file.nFileIndexLow);
  stamp.size = static_cast<int64_t>(Joined(file.nFileSizeHigh, file.nFileSizeLow));
  FILE_BASIC_INFO times = {};
  if (GetFileInformationByHandleEx(handle.get(), FileBasicInfo, &times, sizeof(times)) == 0) {
    return stamp;
  }
  stamp.modified = times.LastWriteTime.QuadPart;
  stamp.changed = times.ChangeTime.QuadPart;
  return stamp;
}

}  // namespace hermetic::trust

#endif  // _WIN32
