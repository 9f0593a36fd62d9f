// LoopWatch calls a function when a descriptor becomes readable, in the event loop of a JavaScript
// environment. It uses libuv's functions where the process has them, and links none.
#pragma once

#include <napi.h>

namespace hermetic::napi {

class LoopWatch {
 public:
  using Call = void (*)(void* data) noexcept;

  // IsSupported returns whether the process has the functions. Call it, and nothing else of this
  // class, on a runtime other than Node: its libuv may end the process.
  static bool IsSupported();

  LoopWatch() = default;
  ~LoopWatch() { Close(); }
  LoopWatch(const LoopWatch&) = delete;
  LoopWatch& operator=(const LoopWatch&) = delete;

  // Open begins to watch. It does not keep the loop alive. Returns false on failure.
  bool Open(napi_env env, int descriptor, Call call, void* data);
  // Hold decides whether it keeps the loop alive.
  void Hold(bool holds);
  // Close ends it; the descriptor may be closed afterwards.
  void Close() noexcept;

 private:
  void* handle_ = nullptr;  // a uv_poll_t, which the loop frees after Close
};

}  // namespace hermetic::napi
