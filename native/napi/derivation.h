// What all derivations on threads share: memory of JavaScript's for the key, and cancellation.
#pragma once

#include <napi.h>

#include <algorithm>
#include <memory>

#include "native/napi/convert.h"
#include "native/napi/handle.h"
#include "native/napi/mailbox.h"
#include "native/openssl/bytes.h"

namespace hermetic::glue {

// Output is the Buffer that gets the key: at the end, since JavaScript may change or detach its
// buffers, and may end, while a derivation runs.
class Output {
 public:
  // The last owner may be a pool thread, where no reference can be deleted; an environment that
  // ends deletes its own.
  Output() { out_.SuppressDestruct(); }

  // Set names the Buffer, once the work has started, and keeps it until Settle. JS thread only.
  void Set(const Napi::Object& out) { out_.Reset(out, 1); }

  // Settle copies the key, unless the Buffer is gone, and lets the Buffer go. JS thread only, once.
  void Settle(openssl::ByteView key) {
    const Napi::Object target = out_.Value();
    out_.Reset();
    const openssl::MutableByteView out = BytesOf(target, "out");
    std::copy_n(key.begin(), std::min(key.size(), out.size()), out.begin());
  }

 private:
  Napi::ObjectReference out_;
};

// Cancellation is empty until a task starts with it, and again when the task has gone.
using Cancellation = std::weak_ptr<AsyncTask>;
inline constexpr HandleKind kCancellation = {
    {0x1f6c92ae50d37b84, 0xe4087b5d3a21c96f}, "cancellation", 64};

// CancellationArgument is null for one that is left out.
inline Cancellation* CancellationArgument(const Napi::CallbackInfo& info, size_t index) {
  return IsMissing(info, index) ? nullptr
                                : &HandleArgument<Cancellation>(info, index, kCancellation);
}

}  // namespace hermetic::glue
