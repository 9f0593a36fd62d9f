// Per-platform set-up of a pool thread.
#include "native/threads/thread_setup.h"

#if !defined(_WIN32)
#include <pthread.h>
#include <signal.h>
#endif
#if defined(__linux__)
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#elif defined(_WIN32)
#include <windows.h>
#endif

namespace hermetic::threads {

#if defined(__linux__)
namespace {
// On Linux the nice value belongs to a thread. A step of 5 gives the JS thread about three times
// the weight.
constexpr int kNiceStep = 5;

void LowerPriority() {
  const auto thread = static_cast<id_t>(syscall(SYS_gettid));
  const int current = getpriority(PRIO_PROCESS, thread);
  setpriority(PRIO_PROCESS, thread, current + kNiceStep);
}
}  // namespace
#endif

void SetUpPoolThread() {
#if !defined(_WIN32)
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, nullptr);
#endif
#if defined(__linux__)
  pthread_setname_np(pthread_self(), "hermetic-ssl");
  LowerPriority();
#elif defined(__APPLE__)
  pthread_setname_np("hermetic-ssl");
  pthread_set_qos_class_self_np(QOS_CLASS_UTILITY, 0);
#elif defined(_WIN32)
  SetThreadPriority(GetCurrentThread(), THREAD_PRIORITY_BELOW_NORMAL);
#endif
}

}  // namespace hermetic::threads
