// See urandom.h: the persistent descriptor, after Python 3.4's dev_urandom_python (PEP 466), with
// close-on-exec from the start (PEP 446).
#include "native/base/bytes.h"
#include "native/base/error.h"
#include "native/base/result.h"
#include "native/entropy/urandom.h"

#if !defined(_WIN32)

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <mutex>

namespace hermetic::entropy {
namespace {

constexpr char kPath[] = "/dev/urandom";
// The descriptor is checked at each read, so that little is lost if it is replaced during a long
// call.
constexpr size_t kLongestRead = size_t{1} << 20;

// Remembered is the open descriptor, with values that show whether its number still means the same
// file.
struct Remembered {
  int fd = -1;
  dev_t device = 0;
  ino_t inode = 0;
  uint64_t generation = 0;  // distinguishes two openings with the same number

  bool IsOurs() const {
    struct stat now = {};
    return fstat(fd, &now) == 0 && now.st_dev == device && now.st_ino == inode;
  }
};

Result<Remembered> OpenDevice() {
  for (;;) {
    const int fd = open(kPath, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0 && errno == EINTR) continue;
    if (fd < 0) return SystemError(errno, "open", kPath);
    struct stat opened = {};
    if (fstat(fd, &opened) != 0) {
      if (errno == EBADF) continue;  // other code has closed it already
      return SystemError(errno, "fstat", kPath);
    }
    if (S_ISCHR(opened.st_mode)) return Remembered{fd, opened.st_dev, opened.st_ino};
    // A plain file in the place of the device is not random, and counts as a missing device.
    close(fd);
    return SystemError(ENODEV, "open", kPath);
  }
}

// Device is shared by every thread of the process. The lock only guards the remembered values.
// System calls run outside of it, which is safe because a remembered descriptor is never closed.
class Device {
 public:
  static Device& Shared() {
    static Device* const kDevice =
        new Device;  // never destroyed: threads may read while the process exits
    return *kDevice;
  }

  // Current returns the descriptor. It opens one if there is no descriptor or if the previous one
  // now belongs to other code.
  Result<Remembered> Current() {
    const Remembered known = Known();
    if (known.fd >= 0) {
      if (known.IsOurs()) return known;
      Forget(known);
    }
    Result<Remembered> opened = OpenDevice();
    if (!opened.ok()) return opened;
    return Remember(*opened);
  }

 private:
  Remembered Known() {
    std::lock_guard lock(mutex_);
    return current_;
  }

  void Forget(const Remembered& stale) {
    std::lock_guard lock(mutex_);
    if (current_.generation == stale.generation) current_.fd = -1;
  }

  Remembered Remember(Remembered opened) {
    std::lock_guard lock(mutex_);
    if (current_.fd >= 0) {  // another thread was faster
      close(opened.fd);
      return current_;
    }
    opened.generation = current_.generation + 1;
    current_ = opened;
    return current_;
  }

  std::mutex mutex_;
  Remembered current_;
};

bool MeansNoDevice(int error_number) {
  return error_number == ENOENT || error_number == ENXIO || error_number == ENODEV ||
         error_number == EACCES;
}

// The longest request that getentropy(3) takes; getrandom(2) is not interrupted up to this length.
constexpr size_t kLongestSystemCall = 256;

ssize_t RandomFromSystemCall(uint8_t* out, size_t len) {
#if defined(__APPLE__)
  return getentropy(out, len) == 0 ? static_cast<ssize_t>(len) : -1;
#else
  return getrandom(out, len, 0);
#endif
}

Status FillFromSystemCall(MutableByteView out) {
  while (!out.empty()) {
    const ssize_t num_read =
        RandomFromSystemCall(out.data(), std::min(out.size(), kLongestSystemCall));
    if (num_read >= 0) {
      out = out.subspan(static_cast<size_t>(num_read));
    } else if (errno == ENOSYS || errno == EPERM) {
      return NotImplementedError(
          "/dev/urandom (or equivalent) not found, and this system has no getrandom either");
    } else if (errno != EINTR) {
      return SystemError(errno, "getrandom", "");
    }
  }
  return Ok();
}

}  // namespace

Status Urandom(MutableByteView out) {
  while (!out.empty()) {
    const Result<Remembered> device = Device::Shared().Current();
    if (!device.ok()) {
      return MeansNoDevice(device.error().number) ? FillFromSystemCall(out)
                                                  : Status(device.error());
    }
    const int fd = device.value().fd;
    const ssize_t num_read = read(fd, out.data(), std::min(out.size(), kLongestRead));
    const int error = num_read < 0 ? errno : EIO;
    // Other code may take over the number between the check and the read; no system call does both.
    // The descriptor is therefore checked again, and bytes from another file are not returned: the
    // next turn overwrites them.
    if (!device.value().IsOurs()) continue;
    if (num_read > 0) {
      out = out.subspan(static_cast<size_t>(num_read));
    } else if (error != EINTR) {
      return SystemError(error, "read", kPath);
    }
  }
  return Ok();
}

#if defined(__linux__)
Result<size_t> Getrandom(MutableByteView out, unsigned flags) {
  // For an empty view the runtime passes no address. The call is made nevertheless, because it
  // checks the flags. Linux would accept a null pointer, but an emulator of it may not.
  uint8_t unused = 0;
  uint8_t* const start = out.empty() ? &unused : out.data();
  ssize_t num_read = -1;
  do {
    num_read = getrandom(start, out.size(), flags);
  } while (num_read < 0 && errno == EINTR);
  if (num_read < 0) return SystemError(errno, "getrandom", "");
  return static_cast<size_t>(num_read);
}
#else
Result<size_t> Getrandom(MutableByteView /*out*/, unsigned /*flags*/) {
  return NotImplementedError("getrandom exists on Linux only; use urandom");
}
#endif

}  // namespace hermetic::entropy

#endif  // !defined(_WIN32)
