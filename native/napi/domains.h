// One function per domain; each adds the functions of its file to the addon's exports. addon.cc
// calls them all.
#pragma once

#include <napi.h>

#include <new>
#include <stdexcept>

#include "native/base/error.h"
#include "native/napi/error_record.h"
#include "native/napi/throw.h"

namespace hermetic::napi {

void RegisterLibrary(Napi::Env env, Napi::Object exports);        // napi/library.cc
void RegisterEntropy(Napi::Env env, Napi::Object exports);        // napi/entropy.cc
void RegisterDigest(Napi::Env env, Napi::Object exports);         // napi/digest.cc
void RegisterMac(Napi::Env env, Napi::Object exports);            // napi/digest_mac.cc
void RegisterKdf(Napi::Env env, Napi::Object exports);            // napi/kdf.cc
void RegisterKdfSettings(Napi::Env env, Napi::Object exports);    // napi/kdf_settings.cc
void RegisterScrypt(Napi::Env env, Napi::Object exports);         // napi/kdf_scrypt.cc
void RegisterContext(Napi::Env env, Napi::Object exports);        // napi/tls_context.cc
void RegisterContextSuites(Napi::Env env, Napi::Object exports);  // napi/tls_context_suites.cc
void RegisterInput(Napi::Env env, Napi::Object exports);          // napi/input.cc
void RegisterIdentity(Napi::Env env, Napi::Object exports);       // napi/tls_identity.cc
void RegisterMemoryBio(Napi::Env env, Napi::Object exports);      // napi/tls_memory_bio.cc
void RegisterConnection(Napi::Env env, Napi::Object exports);     // napi/tls_connection.cc
void RegisterClientHello(Napi::Env env, Napi::Object exports);    // napi/tls_client_hello.cc
void RegisterConnectionDetails(Napi::Env env,
                               Napi::Object exports);              // napi/tls_connection_details.cc
void RegisterExchange(Napi::Env env, Napi::Object exports);        // napi/tls_exchange.cc
void RegisterStreams(Napi::Env env, Napi::Object exports);         // napi/tls_stream.cc
void RegisterPoolHandshake(Napi::Env env, Napi::Object exports);   // napi/tls_pool_handshake.cc
void RegisterConnectionInfo(Napi::Env env, Napi::Object exports);  // napi/tls_connection_info.cc
void RegisterVerification(Napi::Env env, Napi::Object exports);    // napi/tls_verification.cc
void RegisterSessionStorage(Napi::Env env, Napi::Object exports);  // napi/tls_session_storage.cc
void RegisterSessionStore(Napi::Env env, Napi::Object exports);    // napi/tls_session_store.cc
void RegisterFleet(Napi::Env env, Napi::Object exports);           // napi/tls_fleet.cc
void RegisterPsk(Napi::Env env, Napi::Object exports);             // napi/tls_psk.cc
void RegisterTrust(Napi::Env env, Napi::Object exports);           // napi/trust.cc
void RegisterWindowsStores(Napi::Env env, Napi::Object exports);   // napi/windows_stores.cc
void RegisterCertificateLegacy(Napi::Env env,
                               Napi::Object exports);  // napi/tls_certificate_legacy.cc
void RegisterCertificateCompression(Napi::Env env,
                                    Napi::Object exports);  // napi/tls_certificate_compression.cc
void RegisterCertificateStatus(Napi::Env env,
                               Napi::Object exports);            // napi/tls_certificate_status.cc
void RegisterExplainChain(Napi::Env env, Napi::Object exports);  // napi/explain_chain.cc
void RegisterDevelopmentCertificate(Napi::Env env,
                                    Napi::Object exports);  // napi/development_certificate.cc

// An exported function and its name.
struct Entry {
  const char* name;
  Napi::Value (*function)(const Napi::CallbackInfo& info);
};

// CallEntry calls the Entry that is its data. It reports overlong input and a lack of memory to
// JavaScript, because a C++ exception would end the process.
inline Napi::Value CallEntry(const Napi::CallbackInfo& info) {
  try {
    return static_cast<const Entry*>(info.Data())->function(info);
  } catch (const OverlongInput& overlong) {
    return ToRecord(info.Env(), OverflowError(overlong.what()));
  } catch (const std::bad_alloc&) {
    ThrowOutOfMemory(info.Env());
  } catch (const std::length_error&) {
    ThrowOutOfMemory(info.Env());
  }
}

// SetEntries adds the functions to `exports`. The entries must live as long as the process.
template <size_t kNumEntries>
void SetEntries(Napi::Env env, Napi::Object exports, const Entry (&entries)[kNumEntries]) {
  for (const Entry& entry : entries) {
    void* const data = const_cast<Entry*>(&entry);
    exports.Set(entry.name, Napi::Function::New(env, CallEntry, entry.name, data));
  }
}

}  // namespace hermetic::napi
