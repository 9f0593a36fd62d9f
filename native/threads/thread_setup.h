// The set-up of a pool thread before its first job.
#pragma once

namespace hermetic::threads {

// SetUpPoolThread names the thread, blocks signals in it (they belong to the runtime's main thread)
// and lowers its priority below that of the thread that runs JavaScript. Failures are ignored.
void SetUpPoolThread();

}  // namespace hermetic::threads
