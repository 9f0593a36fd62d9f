// A handle is a plain JS object that owns a C++ object: wrapped, and tagged with its kind, so that
// a handle of another kind, a proxy or any other object is refused on every runtime.
#pragma once

#include <napi.h>

#include <cstdint>
#include <memory>
#include <utility>

#include "native/base/result.h"
#include "native/napi/error_record.h"
#include "native/napi/throw.h"

namespace hermetic::napi {

// HandleKind describes one kind of handle: a random tag, and the native memory of one object in
// bytes, which the garbage collector takes into account.
struct HandleKind {
  napi_type_tag tag;
  const char* name;
  int64_t native_len;
};

template <typename T>
struct Owned {
  std::unique_ptr<T> object;
  int64_t native_len;
};

template <typename T>
void FinalizeHandle(napi_env env, void* data, void* /*hint*/) noexcept {
  const std::unique_ptr<Owned<T>> owned(static_cast<Owned<T>*>(data));
  int64_t total = 0;
  napi_adjust_external_memory(env, -owned->native_len, &total);
}

// ToHandle passes the object to JavaScript, which destroys it when it collects the handle or ends.
template <typename T>
Napi::Object ToHandle(Napi::Env env, const HandleKind& kind, std::unique_ptr<T> object) {
  Napi::Object handle = Napi::Object::New(env);
  auto owned = std::make_unique<Owned<T>>(Owned<T>{std::move(object), kind.native_len});
  if (napi_type_tag_object(env, handle, &kind.tag) != napi_ok ||
      napi_wrap(env, handle, owned.get(), FinalizeHandle<T>, nullptr, nullptr) != napi_ok) {
    ThrowContract(env, std::string("no handle could be made for a ") + kind.name);
  }
  owned.release();
  int64_t total = 0;
  napi_adjust_external_memory(env, kind.native_len, &total);
  return handle;
}

// ToHandleOrRecord returns the object's handle, or the error record.
template <typename T>
Napi::Value ToHandleOrRecord(Napi::Env env, const HandleKind& kind, Result<T> object) {
  if (!object.ok()) return ToRecord(env, object.error());
  return ToHandle(env, kind, std::make_unique<T>(std::move(*object)));
}

template <typename T>
Owned<T>& OwnedArgument(const Napi::CallbackInfo& info, size_t index, const HandleKind& kind) {
  const Napi::Value value = info[index];
  bool is_kind = false;
  void* owned = nullptr;
  if (value.IsObject() &&
      napi_check_object_type_tag(info.Env(), value, &kind.tag, &is_kind) == napi_ok && is_kind &&
      napi_unwrap(info.Env(), value, &owned) == napi_ok) {
    return *static_cast<Owned<T>*>(owned);
  }
  ThrowContract(info.Env(),
                "argument " + std::to_string(index) + " must be the handle of a " + kind.name);
}

// HandleArgument returns the C++ object of a handle, which still owns it. The handle must be of a
// kind that is never closed.
template <typename T>
T& HandleArgument(const Napi::CallbackInfo& info, size_t index, const HandleKind& kind) {
  return *OwnedArgument<T>(info, index, kind).object;
}

// OpenHandleArgument does the same for a kind that can be closed; null if it is closed.
template <typename T>
T* OpenHandleArgument(const Napi::CallbackInfo& info, size_t index, const HandleKind& kind) {
  return OwnedArgument<T>(info, index, kind).object.get();
}

// CloseOwned destroys the object now instead of at the handle's collection, and reports the freed
// memory to the garbage collector.
template <typename T>
void CloseOwned(napi_env env, Owned<T>* owned) noexcept {
  int64_t total = 0;
  napi_adjust_external_memory(env, -owned->native_len, &total);
  owned->native_len = 0;
  owned->object.reset();
}

}  // namespace hermetic::napi
