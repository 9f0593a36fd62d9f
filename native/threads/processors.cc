// See processors.h. Control groups: Linux's Documentation/admin-guide/cgroup-v2.rst (cpu.max) and
// Documentation/scheduler/sched-bwc.rst (version 1).
#include "native/threads/processors.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>

#if defined(__linux__)
#include <sched.h>
#endif

#include "native/base/split.h"

namespace hermetic::threads {
namespace {

// ReadText returns "" for a file that cannot be read.
std::string ReadText(const std::string& path) {
  const auto close = [](FILE* file) { return std::fclose(file); };
  const std::unique_ptr<FILE, decltype(close)> file(std::fopen(path.c_str(), "r"), close);
  if (!file) return "";
  std::string text;
  std::array<char, 4096> part;
  while (std::feof(file.get()) == 0 && std::ferror(file.get()) == 0)
    text.append(part.data(), std::fread(part.data(), 1, part.size(), file.get()));
  return text;
}

// Ratio divides the numbers at the start of two texts; 0 if a number is missing ("max", -1) or not
// above 0.
double Ratio(const char* quota_text, const char* period_text) {
  const double quota = std::strtod(quota_text, nullptr);
  const double period = std::strtod(period_text, nullptr);
  return quota > 0 && period > 0 ? quota / period : 0;
}

// Returns the quota of one group without its parents.
double QuotaOfFolder(const std::string& folder) {
  const std::string both = ReadText(folder + "/cpu.max");  // version 2: "max 100000"
  if (const size_t blank = both.find(' '); blank != std::string::npos)
    return Ratio(both.c_str(), both.c_str() + blank);
  const std::string quota = ReadText(folder + "/cpu.cfs_quota_us");  // version 1: -1 if unlimited
  return Ratio(quota.c_str(), ReadText(folder + "/cpu.cfs_period_us").c_str());
}

#if defined(__linux__)
bool HasController(const std::string& controllers, const std::string& name) {
  return ("," + controllers + ",").find("," + name + ",") != std::string::npos;
}

// QuotaOfProcess reads the group's name from lines like "0::/a/b" and "4:cpu,cpuacct:/a/b".
double QuotaOfProcess() {
  for (const std::string& line : SplitText(ReadText("/proc/self/cgroup"), '\n')) {
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
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return 0;  // more than 1,024 processors
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
