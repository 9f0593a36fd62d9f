// See read_file.h.
#include "native/trust/files/read_file.h"

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include "native/base/bytes.h"
#include "native/base/error.h"
#include "native/base/result.h"

#if defined(_WIN32)
#include <windows.h>

#include "native/base/wide_text.h"
#endif

namespace hermetic::trust {
namespace {

constexpr size_t kMaxFileLen = size_t{256} << 20;

struct StreamCloser {
  void operator()(std::FILE* stream) const { std::fclose(stream); }
};

#if defined(_WIN32)
std::FILE* Open(const std::string& file) { return _wfopen(WideOf(file).c_str(), L"rb"); }

// For a directory Windows only reports that access is denied.
Error CannotOpen(const std::string& file, int code) {
  const DWORD attributes = GetFileAttributesW(WideOf(file).c_str());
  if (attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY) != 0) {
    return SystemError(EISDIR, "read", file);
  }
  return SystemError(code, "open", file);
}
#else
std::FILE* Open(const std::string& file) { return std::fopen(file.c_str(), "rb"); }

Error CannotOpen(const std::string& file, int code) { return SystemError(code, "open", file); }
#endif

}  // namespace

// Does not use BIO_new_file, which loses the cause of most failures.
Result<Bytes> ReadFile(const std::string& file) {
  const std::unique_ptr<std::FILE, StreamCloser> stream(Open(file));
  if (!stream) return CannotOpen(file, errno);
  Bytes bytes;
  std::array<uint8_t, 65536> part = {};
  size_t count = 0;
  do {
    count = std::fread(part.data(), 1, part.size(), stream.get());
    bytes.insert(bytes.end(), part.begin(), part.begin() + static_cast<ptrdiff_t>(count));
    if (bytes.size() > kMaxFileLen) return SystemError(EFBIG, "read", file);
  } while (count == part.size() && std::ferror(stream.get()) == 0 && std::feof(stream.get()) == 0);
  if (std::ferror(stream.get()) != 0) return SystemError(errno, "read", file);
  return bytes;
}

}  // namespace hermetic::trust
