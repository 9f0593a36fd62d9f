// The number of processors of this process.
#pragma once

#include <string>

namespace hermetic::threads {

// AvailableProcessors returns the number of processors that the process may use, at least 1: those
// of its affinity mask, and on Linux at most the quota of its control group, rounded down, because
// a group that has used up its quota is stopped completely.
unsigned AvailableProcessors();

// QuotaOfGroup returns the processor quota of a control group in processors, or 0 without a quota:
// the least of the group and its parents. `mount` is the mount point of the file system of version
// 2, or of the processor controller of version 1; `group` is the group's path below it, "/" at the
// top.
double QuotaOfGroup(const std::string& mount, std::string group);

}  // namespace hermetic::threads
