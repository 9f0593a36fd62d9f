// Where the platform's trusted certificates are, as JavaScript sees it.
#include <string>

#include "native/napi/convert.h"
#include "native/napi/domains.h"
#include "native/trust/system_roots.h"

namespace hermetic::glue {
namespace {

// rootPlaces(SSL_CERT_FILE, SSL_CERT_DIR)
Napi::Value RootPlaces(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const trust::RootPlaces places =
      trust::FindRootPlaces({StringArgument(info, 0), StringArgument(info, 1)});
  Napi::Object object = Napi::Object::New(env);
  object.Set("file", Napi::String::New(env, places.file));
  Napi::Array directories = Napi::Array::New(env);
  for (const std::string& directory : places.directories) {
    directories.Set(directories.Length(), Napi::String::New(env, directory));
  }
  object.Set("directories", directories);
  return object;
}

constexpr Entry kEntries[] = {{"rootPlaces", RootPlaces}};

}  // namespace

void RegisterTrust(Napi::Env env, Napi::Object exports) { SetEntries(env, exports, kEntries); }

}  // namespace hermetic::glue
