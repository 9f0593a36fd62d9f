// See read_directory.h.
#include "native/trust/read_directory.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "native/trust/read_bundle.h"
#include "native/trust/system_roots.h"

namespace hermetic::trust {
namespace {

namespace fs = std::filesystem;

bool IsHexadecimal(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

// Eight digits of the hash of the subject, a dot, "r" before the numbers of revocation lists.
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
  fs::directory_iterator at(directory, error);
  while (!error && at != fs::directory_iterator()) {
    std::error_code unknown;
    if (at->is_regular_file(unknown)) files.push_back(at->path());
    at.increment(error);
  }
  if (error && error.value() != ENOENT) {
    out->troubles.push_back({directory, openssl::SystemError(error.value(), "opendir", directory)});
  }
  std::sort(files.begin(), files.end());  // the same answer every time
  return files;
}

}  // namespace

void ReadWholeDirectory(const std::string& directory, TrustEntries* out) {
  for (const fs::path& file : FilesOf(directory, out)) ReadBundle(file.string(), Take::kAll, out);
}

void ReadHashedDirectory(const std::string& directory, TrustEntries* out) {
  for (const fs::path& file : FilesOf(directory, out)) {
    if (IsHashedName(file.filename().string())) ReadBundle(file.string(), Take::kAll, out);
  }
}

bool HasHashedFiles(const std::string& directory) {
  std::error_code error;
  fs::directory_iterator at(directory, error);
  while (!error && at != fs::directory_iterator()) {
    if (IsHashedName(at->path().filename().string())) return true;
    at.increment(error);
  }
  return false;
}

}  // namespace hermetic::trust
