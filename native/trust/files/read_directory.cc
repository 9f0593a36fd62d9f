// See read_directory.h.
#include "native/trust/files/read_directory.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "native/base/error.h"
#include "native/trust/files/read_bundle.h"
#include "native/trust/system_roots.h"

namespace hermetic::trust {
namespace {

namespace fs = std::filesystem;

// Narrow text is UTF-8 here, not in the platform's own encoding.
fs::path PathOf(const std::string& utf8) {
  return fs::path(std::u8string(utf8.begin(), utf8.end()));
}
std::string TextOf(const fs::path& path) {
  const std::u8string text = path.u8string();
  return std::string(text.begin(), text.end());
}

bool IsHexadecimal(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

// Eight digits of the hash of the subject, a dot, and a number; revocation lists have an "r" before
// the number.
bool IsHashedName(std::string_view name) {
  constexpr size_t kHashLen = 8;
  if (name.size() < kHashLen + 2 || name[kHashLen] != '.') return false;
  const std::string_view hash = name.substr(0, kHashLen);
  std::string_view number = name.substr(kHashLen + 1);
  if (number.size() > 1 && number.front() == 'r') number.remove_prefix(1);
  return std::all_of(hash.begin(), hash.end(), IsHexadecimal) &&
         std::all_of(number.begin(), number.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::vector<fs::path> FilesOf(const std::string& directory, TrustEntries* out) {
  std::error_code error;
  std::vector<fs::path> files;
  fs::directory_iterator at(PathOf(directory), error);
  while (!error && at != fs::directory_iterator()) {
    std::error_code unknown;
    if (at->is_regular_file(unknown)) files.push_back(at->path());
    at.increment(error);
  }
  // An errno number, whatever the platform's own numbers are.
  const int number = error.default_error_condition().value();
  if (error && number != ENOENT) {
    out->troubles.push_back({directory, SystemError(number, "opendir", directory)});
  }
  std::sort(files.begin(), files.end());  // the same order every time
  return files;
}

}  // namespace

void ReadWholeDirectory(const std::string& directory, TrustEntries* out) {
  for (const fs::path& file : FilesOf(directory, out)) ReadBundle(TextOf(file), Take::kAll, out);
}

void ReadHashedDirectory(const std::string& directory, TrustEntries* out) {
  for (const fs::path& file : FilesOf(directory, out)) {
    if (IsHashedName(TextOf(file.filename()))) ReadBundle(TextOf(file), Take::kAll, out);
  }
}

bool HasHashedFiles(const std::string& directory) {
  std::error_code error;
  fs::directory_iterator at(PathOf(directory), error);
  while (!error && at != fs::directory_iterator()) {
    if (IsHashedName(TextOf(at->path().filename()))) return true;
    at.increment(error);
  }
  return false;
}

}  // namespace hermetic::trust
