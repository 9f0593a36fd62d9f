// See loop_watch.h. node-api-headers has no uv.h: the functions are looked up by name, with their
// types written here, which libuv has kept since 1.0.
#include "native/napi/loop_watch.h"

#include <napi.h>

#ifdef __linux__

#include <dlfcn.h>

#include <cstddef>
#include <cstdlib>
#include <string_view>

namespace hermetic::napi {
namespace {

constexpr int kUvPoll = 8;  // uv_handle_type
constexpr int kUvReadable = 1;

using Handle = void;
using PollCallback = void (*)(Handle* handle, int status, int events);

// The names of the members are libuv's.
struct Uv {
  int (*poll_init)(void* loop, Handle* handle, int descriptor);
  int (*poll_start)(Handle* handle, int events, PollCallback callback);
  int (*poll_stop)(Handle* handle);
  void (*close)(Handle* handle, void (*closed)(Handle* handle));
  void (*ref)(Handle* handle);
  void (*unref)(Handle* handle);
  size_t (*handle_size)(int type);
  const char* (*handle_type_name)(int type);
  void (*handle_set_data)(Handle* handle, void* data);
  void* (*handle_get_data)(const Handle* handle);
  napi_status (*get_loop)(napi_env env, void** loop);
  bool is_complete = true;
};

template <typename Function>
void Find(const char* name, Function* function, Uv* uv) {
  *function = reinterpret_cast<Function>(dlsym(RTLD_DEFAULT, name));
  if (*function == nullptr) uv->is_complete = false;
}

Uv FindUv() {
  Uv uv = {};
  Find("uv_poll_init", &uv.poll_init, &uv);
  Find("uv_poll_start", &uv.poll_start, &uv);
  Find("uv_poll_stop", &uv.poll_stop, &uv);
  Find("uv_close", &uv.close, &uv);
  Find("uv_ref", &uv.ref, &uv);
  Find("uv_unref", &uv.unref, &uv);
  Find("uv_handle_size", &uv.handle_size, &uv);
  Find("uv_handle_type_name", &uv.handle_type_name, &uv);
  Find("uv_handle_set_data", &uv.handle_set_data, &uv);
  Find("uv_handle_get_data", &uv.handle_get_data, &uv);
  Find("napi_get_uv_event_loop", &uv.get_loop, &uv);
  return uv;
}

const Uv& TheUv() {
  static const Uv kUv = FindUv();
  return kUv;
}

// Watched is the data of a handle, and lives as long as the handle.
struct Watched {
  LoopWatch::Call call;
  void* data;
};

void OnReady(Handle* handle, int /*status*/, int /*events*/) {
  const auto* watched = static_cast<Watched*>(TheUv().handle_get_data(handle));
  watched->call(watched->data);
}

void OnClosed(Handle* handle) {
  delete static_cast<Watched*>(TheUv().handle_get_data(handle));
  std::free(handle);
}

}  // namespace

bool LoopWatch::IsSupported() {
  const Uv& uv = TheUv();
  // A wrong type would be a wrong size, and overwrite memory.
  return uv.is_complete && uv.handle_type_name(kUvPoll) == std::string_view("poll");
}

bool LoopWatch::Open(napi_env env, int descriptor, Call call, void* data) {
  const Uv& uv = TheUv();
  void* loop = nullptr;
  if (uv.get_loop(env, &loop) != napi_ok) return false;
  auto* watched = new Watched{call, data};
  Handle* handle = std::calloc(1, uv.handle_size(kUvPoll));
  if (handle == nullptr || uv.poll_init(loop, handle, descriptor) != 0) {
    std::free(handle);
    delete watched;
    return false;
  }
  uv.handle_set_data(handle, watched);
  uv.unref(handle);
  handle_ = handle;
  if (uv.poll_start(handle, kUvReadable, OnReady) == 0) return true;
  Close();
  return false;
}

void LoopWatch::Hold(bool holds) {
  if (handle_ == nullptr) return;
  if (holds) {
    TheUv().ref(handle_);
  } else {
    TheUv().unref(handle_);
  }
}

void LoopWatch::Close() noexcept {
  if (handle_ == nullptr) return;
  TheUv().poll_stop(handle_);
  TheUv().close(handle_, OnClosed);
  handle_ = nullptr;
}

}  // namespace hermetic::napi

#else

namespace hermetic::napi {

bool LoopWatch::IsSupported() { return false; }

bool LoopWatch::Open(napi_env /*env*/, int /*descriptor*/, Call /*call*/, void* /*data*/) {
  return false;
}

void LoopWatch::Hold(bool /*holds*/) {}

void LoopWatch::Close() noexcept {}

}  // namespace hermetic::napi

#endif
