// See processors.h. Control groups: Linux's Documentation/admin-guide/cgroup-v2.rst (cpu.max) and
// Documentation/scheduler/sched-bwc.rst (version 1).
#include "native/threads/processors.h"

#include <algorithm>
#include <fstream>
#include <string>
#include <thread>

#if defined(__linux__)
#include <sched.h>
#endif

namespace hermetic::threads {
namespace {

// Quota of one group alone.
double QuotaOfFolder(const std::string& folder) {
  double quota = 0;
  double period = 0;
  if (std::ifstream both(folder + "/cpu.max"); both) {  // version 2: "max 100000"
    if (both >> quota >> period && period > 0) return quota / period;
    return 0;
  }
  std::ifstream quota_file(folder + "/cpu.cfs_quota_us");  // version 1: -1 for none
  std::ifstream period_file(folder + "/cpu.cfs_period_us");
  if (quota_file >> quota && period_file >> period && quota > 0 && period > 0)
    return quota / period;
  return 0;
}

#if defined(__linux__)
bool HasController(const std::string& controllers, const std::string& name) {
  return ("," + controllers + ",").find("," + name + ",") != std::string::npos;
}

// QuotaOfProcess reads the group's name from lines like "0::/a/b" and "4:cpu,cpuacct:/a/b".
double QuotaOfProcess() {
  std::ifstream groups("/proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {
    const size_t first = line.find(':');
    const size_t second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const bool is_version_2 = controllers.empty();
    if (!is_version_2 && !HasController(controllers, "cpu")) continue;
    const std::string mount = is_version_2 ? "/sys/fs/cgroup" : "/sys/fs/cgroup/cpu";
    if (const double quota = QuotaOfGroup(mount, line.substr(second + 1)); quota > 0) return quota;
  }
  return 0;
}

unsigned NumAllowed() {
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return 0;  // more than 1,024 of them
  return static_cast<unsigned>(CPU_COUNT(&allowed));
}
#endif

}  // namespace

double QuotaOfGroup(const std::string& mount, std::string group) {
  double least = 0;
  for (;;) {
    const double quota = QuotaOfFolder(mount + group);
    if (quota > 0 && (least == 0 || quota < least)) least = quota;
    const size_t slash = group.rfind('/');
    if (slash == std::string::npos || group == "/") return least;
    group.resize(slash == 0 ? 1 : slash);
  }
}

unsigned AvailableProcessors() {
  unsigned num_processors = std::thread::hardware_concurrency();
#if defined(__linux__)
  if (const unsigned num_allowed = NumAllowed(); num_allowed > 0) num_processors = num_allowed;
  if (const double quota = QuotaOfProcess(); quota > 0)
    num_processors = std::min(num_processors, static_cast<unsigned>(std::max(quota, 1.0)));
#endif
  return std::max(1U, num_processors);
}

}  // namespace hermetic::threads
