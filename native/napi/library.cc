// The library's identity, which `hermetic-ssl info` prints and the hermeticity tests check.
#include "native/openssl/library.h"

#include "native/napi/domains.h"
#include "native/openssl/image.h"

namespace hermetic::napi {
namespace {

Napi::Value Version(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const openssl::LibraryVersion version = openssl::Version();
  Napi::Object object = Napi::Object::New(env);
  object.Set("openssl", Napi::String::New(env, version.text));
  object.Set("number", Napi::Number::New(env, static_cast<double>(version.number)));
  object.Set("headers", Napi::String::New(env, version.header_text));
  object.Set("built", Napi::String::New(env, version.built));
  object.Set("fixes", Napi::String::New(env, version.fixes));
  object.Set("decoders", Napi::String::New(env, version.decoders));
  object.Set("pin", Napi::String::New(env, version.pin));
  object.Set("package", Napi::String::New(env, version.package));
  object.Set("image", Napi::String::New(env, openssl::ImageOfOpenssl()));
  object.Set("ownImage", Napi::String::New(env, openssl::ImageOfAddon()));
  return object;
}

constexpr Entry kEntries[] = {
    {"version", Version},
};

}  // namespace

void RegisterLibrary(Napi::Env env, Napi::Object exports) { SetEntries(env, exports, kEntries); }

}  // namespace hermetic::napi
