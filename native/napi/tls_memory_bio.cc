// MemoryBio's functions for JavaScript. Each takes the handle first.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>

#include "native/napi/convert.h"
#include "native/napi/domains.h"
#include "native/napi/error_record.h"
#include "native/napi/handle.h"
#include "native/napi/tls_handles.h"
#include "native/tls/connection/memory_bio.h"

namespace hermetic::napi {
namespace {

using Info = Napi::CallbackInfo;

Napi::Value Create(const Info& info) {
  auto bio = std::make_unique<std::shared_ptr<tls::MemoryBio>>(std::make_shared<tls::MemoryBio>());
  return ToHandle(info.Env(), kMemoryBio, std::move(bio));
}

Napi::Value Write(const Info& info) {
  return ToValue(info.Env(), MemoryBioArgument(info, 0)->Write(BytesArgument(info, 1)));
}

Napi::Value WriteEof(const Info& info) {
  MemoryBioArgument(info, 0)->WriteEof();
  return info.Env().Undefined();
}

// read(bio, most): a Buffer with at most `most` bytes, or with all bytes if `most` is negative.
Napi::Value Read(const Info& info) {
  tls::MemoryBio& bio = *MemoryBioArgument(info, 0);
  const int64_t most = IntegerArgument(info, 1);
  const size_t count =
      most < 0 ? bio.pending() : std::min(bio.pending(), static_cast<size_t>(most));
  Napi::Value bytes = ToBuffer(info.Env(), bio.queue().Front().first(count));
  bio.queue().Drop(count);
  return bytes;
}

Napi::Value Pending(const Info& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(MemoryBioArgument(info, 0)->pending()));
}

Napi::Value AtEof(const Info& info) {
  return Napi::Boolean::New(info.Env(), MemoryBioArgument(info, 0)->AtEof());
}

constexpr Entry kEntries[] = {
    {"memoryBioCreate", Create}, {"memoryBioWrite", Write},     {"memoryBioWriteEof", WriteEof},
    {"memoryBioRead", Read},     {"memoryBioPending", Pending}, {"memoryBioAtEof", AtEof},
};

}  // namespace

void RegisterMemoryBio(Napi::Env env, Napi::Object exports) { SetEntries(env, exports, kEntries); }

}  // namespace hermetic::napi
