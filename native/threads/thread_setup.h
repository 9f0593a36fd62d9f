// What a pool thread does before its first job.
#pragma once

namespace hermetic::threads {

// SetUpPoolThread names the thread, keeps signals away from it (they belong to the runtime's main
// thread) and lowers its priority below that of the thread that runs JavaScript. Each is best
// effort.
void SetUpPoolThread();

}  // namespace hermetic::threads
