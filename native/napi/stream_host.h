// StreamHost connects the StreamSet of one environment with its event loop and with JavaScript.
// Each change is reported in a call of its own: as after an event of a net.Socket, promises and
// process.nextTick run before the next one.
#pragma once

#include <napi.h>

#include <cstdint>
#include <vector>

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/napi/loop_watch.h"
#include "native/napi/tls_handles.h"
#include "native/stream/stream_set.h"
#include "native/tls/connection/connection.h"

namespace hermetic::napi {

class StreamHost {
 public:
  StreamHost() = default;
  StreamHost(const StreamHost&) = delete;
  StreamHost& operator=(const StreamHost&) = delete;

  // TakeChanges sets the function that is called with the index of each change, and returns the
  // Int32Array with their numbers (stream_host.cc).
  Napi::Value TakeChanges(Napi::Env env, Napi::Function take);

  // Set returns the set, which begins to be watched at the first call.
  Result<stream::StreamSet*> Set(Napi::Env env);
  bool is_open() const { return is_open_; }
  stream::StreamSet& set() { return set_; }
  void Hold(bool holds) { watch_.Hold(holds); }

  // SetUser names the connection that takes its steps over the stream, and keeps its handle alive
  // until the stream is removed. User returns it, or null; it lives until the entry returns.
  void SetUser(uint32_t number, Napi::Object handle, Owned<tls::Connection>* user);
  Owned<tls::Connection>* User(uint32_t number) const;
  // Remove returns the bytes that were waiting to be sent.
  Bytes Remove(uint32_t number);

 private:
  static void OnReady(void* data) noexcept;
  static void OnEnvironmentEnd(void* data);
  void Report() noexcept;
  bool Call(uint32_t index);

  Napi::Env env_ = nullptr;
  bool is_open_ = false;
  stream::StreamSet set_;
  LoopWatch watch_;  // after the set: closed before it
  Napi::FunctionReference take_;
  Napi::Reference<Napi::Int32Array> changes_;
  // By the number of the stream:
  std::vector<Owned<tls::Connection>*> users_;
  std::vector<Napi::ObjectReference> user_handles_;
};

}  // namespace hermetic::napi
