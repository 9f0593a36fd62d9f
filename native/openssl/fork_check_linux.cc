// The getpid of the addon: OpenSSL compares the number of the process before it generates random
// bytes, nine times in a handshake, so that a forked child does not repeat those of its parent.
// This one makes a system call once in each process.
#ifdef __linux__

#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <memory>

namespace {

using Number = std::atomic<pid_t>;

constexpr int kInvalidAdvice = -1;

// Returns a number that the system sets to 0 in a child of any kind of fork; null without support
// (Linux before 4.14). An emulator that accepts an invalid advice ignores the other one, too.
Number* NumberWipedOnFork() noexcept {
  const auto size = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  void* page = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return nullptr;
  if (madvise(page, size, kInvalidAdvice) != 0 && madvise(page, size, MADV_WIPEONFORK) == 0) {
    return std::construct_at(static_cast<Number*>(page), 0);
  }
  munmap(page, size);
  return nullptr;
}

pid_t AskSystem() noexcept { return static_cast<pid_t>(syscall(SYS_getpid)); }

}  // namespace

// The linker prefers it to that of the C library, for the addon only: the symbol is hidden.
extern "C" __attribute__((visibility("hidden"))) pid_t getpid() noexcept {
  static Number* const kKnown = NumberWipedOnFork();
  if (kKnown == nullptr) return AskSystem();
  pid_t number = kKnown->load(std::memory_order_relaxed);
  if (number != 0) return number;
  number = AskSystem();
  kKnown->store(number, std::memory_order_relaxed);
  return number;
}

#endif
