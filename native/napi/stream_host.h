// StreamHost connects the StreamSet of one environment with its event loop and with JavaScript: all
// that has changed in one turn of the loop is reported in one call.
#pragma once

#include <napi.h>

#include "native/base/result.h"
#include "native/napi/loop_watch.h"
#include "native/stream/stream_set.h"

namespace hermetic::napi {

class StreamHost {
 public:
  StreamHost() = default;
  StreamHost(const StreamHost&) = delete;
  StreamHost& operator=(const StreamHost&) = delete;

  // TakeChanges sets the function that is called with the number of changes, and returns the
  // Int32Array with their numbers (stream_host.cc). The function must not throw.
  Napi::Value TakeChanges(Napi::Env env, Napi::Function take);

  // Set returns the set, which begins to be watched at the first call.
  Result<stream::StreamSet*> Set(Napi::Env env);
  bool is_open() const { return is_open_; }
  stream::StreamSet& set() { return set_; }
  void Hold(bool holds) { watch_.Hold(holds); }

 private:
  static void OnReady(void* data) noexcept;
  static void OnEnvironmentEnd(void* data);
  void Report() noexcept;
  void Call(uint32_t count);

  Napi::Env env_ = nullptr;
  bool is_open_ = false;
  stream::StreamSet set_;
  LoopWatch watch_;  // after the set: closed before it
  Napi::FunctionReference take_;
  Napi::Reference<Napi::Int32Array> changes_;
};

}  // namespace hermetic::napi
