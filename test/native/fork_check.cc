// Prints the random bytes of a process and of its forked children, a line each, and whether getpid is the system's.
#include <openssl/rand.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <thread>

#ifdef CONTROL
extern "C" pid_t getpid() noexcept { return 1; }
#endif

namespace {

void Print(const char* who) {
  unsigned char bytes[16];
  if (RAND_bytes(bytes, sizeof bytes) != 1) exit(2);
  const bool is_own = getpid() == static_cast<pid_t>(syscall(SYS_getpid));
  printf("%s %s ", who, is_own ? "own" : "other");
  for (unsigned char byte : bytes) printf("%02x", byte);
  printf("\n");
  fflush(stdout);
}

void WaitFor(pid_t child) {
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child || status != 0) exit(3);
}

// A fork of which the C library knows nothing.
pid_t RawFork() { return static_cast<pid_t>(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0)); }

void Fork(const char* who, pid_t (*make)(), void (*then)() = nullptr) {
  const pid_t child = make();
  if (child == 0) {
    Print(who);
    if (then != nullptr) then();
    _exit(0);
  }
  WaitFor(child);
}

}  // namespace

int main() {
  unsigned char first[16];
  if (RAND_bytes(first, sizeof first) != 1) return 1;  // seeds the generator that is then copied
  Fork("fork", fork, [] { Fork("grandchild", fork); });
  Fork("clone", RawFork);
  std::thread([] { Fork("thread", fork); }).join();
  Print("parent");
}
