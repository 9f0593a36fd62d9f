// How many processors this process has.
#pragma once

#include <string>

namespace hermetic::threads {

// AvailableProcessors is the number of processors that the process may use, at least 1: those of
// its affinity mask, and on Linux no more than the quota of its control group, rounded down, since
// a group that uses up its quota is stopped altogether.
unsigned AvailableProcessors();

// QuotaOfGroup is the processor quota of a control group in processors, 0 for none: the least of
// the group and of those above it. `mount` is where version 2 of the file system is mounted, or the
// processor controller of version 1; `group` is the group's path below it, "/" at the top.
double QuotaOfGroup(const std::string& mount, std::string group);

}  // namespace hermetic::threads
