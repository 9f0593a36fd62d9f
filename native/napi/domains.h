// One function per domain: each adds what its file implements to the addon's exports. addon.cc
// calls them all.
#pragma once

#include <napi.h>

namespace hermetic::glue {

void RegisterLibrary(Napi::Env env, Napi::Object exports);     // napi/library.cc
void RegisterEntropy(Napi::Env env, Napi::Object exports);     // napi/entropy.cc
void RegisterDigest(Napi::Env env, Napi::Object exports);      // napi/digest.cc
void RegisterKdf(Napi::Env env, Napi::Object exports);         // napi/kdf.cc
void RegisterContext(Napi::Env env, Napi::Object exports);     // napi/tls_context.cc
void RegisterMemoryBio(Napi::Env env, Napi::Object exports);   // napi/tls_memory_bio.cc
void RegisterConnection(Napi::Env env, Napi::Object exports);  // napi/tls_connection.cc
void RegisterTrust(Napi::Env env, Napi::Object exports);       // napi/trust.cc

// An exported function and its name.
struct Entry {
  const char* name;
  Napi::Value (*function)(const Napi::CallbackInfo& info);
};

template <size_t kNumEntries>
void SetEntries(Napi::Env env, Napi::Object exports, const Entry (&entries)[kNumEntries]) {
  for (const Entry& entry : entries) {
    exports.Set(entry.name, Napi::Function::New(env, entry.function, entry.name));
  }
}

}  // namespace hermetic::glue
