// A stamp of possible changes to the stores of macOS (see system_roots.h).
#if defined(__APPLE__)

#include <pwd.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <vector>

#include "native/trust/files/file_stamp.h"
#include "native/trust/system_roots.h"

// Of <notify.h>, which not every set of headers has; libSystem has had them since macOS 10.3.
// NOLINTBEGIN(readability-identifier-naming)
extern "C" {
uint32_t notify_register_check(const char* name, int* out_token);
uint32_t notify_check(int token, int* out_is_posted);
}
// NOLINTEND(readability-identifier-naming)

namespace hermetic::trust {
namespace {

// Posted when a certificate, trust settings or the list of keychains change.
constexpr const char* kCertificatesChanged = "com.apple.security.certificatetrust";

// Reads memory that notifyd shares; 0 without notifyd. Called under the lock of the shared cache
// (root_store.cc).
uint64_t NumChanges() {
  static const int kToken = [] {
    int token = 0;
    return notify_register_check(kCertificatesChanged, &token) == 0 ? token : -1;
  }();
  static uint64_t num_changes = 0;
  int is_posted = 0;
  if (kToken != -1 && notify_check(kToken, &is_posted) == 0 && is_posted != 0) ++num_changes;
  return num_changes;
}

std::string HomeDirectory() {
  std::vector<char> memory(16384);
  passwd entry = {};
  passwd* found = nullptr;
  const int code = getpwuid_r(getuid(), &entry, memory.data(), memory.size(), &found);
  return code == 0 && found != nullptr ? found->pw_dir : "";
}

// These show changes that are not announced: files restored by a backup, settings installed while
// the machine is managed. The place of trust settings since macOS 12 cannot be read.
const std::vector<std::string>& Files() {
  static const std::vector<std::string>* const kFiles = [] {
    auto* files = new std::vector<std::string>{
        "/System/Library/Keychains/SystemRootCertificates.keychain",
        "/Library/Keychains/System.keychain",
        "/Library/Security/Trust Settings",
        "/Library/Security/Trust Settings/Admin.plist",
        "/Library/Preferences/com.apple.security.plist",
    };
    const std::string home = HomeDirectory();
    if (!home.empty()) {
      files->push_back(home + "/Library/Keychains/login.keychain-db");
      files->push_back(home + "/Library/Preferences/com.apple.security.plist");
    }
    return files;
  }();
  return *kFiles;
}

}  // namespace

std::string PlatformStoresStamp() {
  std::string stamp = std::to_string(NumChanges());
  for (const std::string& file : Files()) {
    const FileStamp state = StampOfFile(file);
    for (const int64_t part : {static_cast<int64_t>(state.inode), state.size, state.modified}) {
      stamp += ' ' + std::to_string(part);
    }
  }
  return stamp;
}

}  // namespace hermetic::trust

#endif
