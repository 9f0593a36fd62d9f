// The addon's entry: starts the library and exports the functions. lib/internal/native/binding.ts
// is their typed contract.
#include <napi.h>

#include "native/base/result.h"
#include "native/napi/domains.h"
#include "native/napi/environment.h"
#include "native/napi/error_record.h"
#include "native/openssl/library.h"

namespace hermetic::napi {
namespace {

// If OpenSSL could not be started, Init returns an object that only has `startError`.
Napi::Object Init(Napi::Env env, Napi::Object exports) {
  const Status started = openssl::StartLibrary();
  if (!started.ok()) {
    exports.Set("startError", ToRecord(env, started.error()));
    return exports;
  }
  Environment::Install(env);
  RegisterLibrary(env, exports);
  RegisterEntropy(env, exports);
  RegisterDigest(env, exports);
  RegisterMac(env, exports);
  RegisterKdf(env, exports);
  RegisterScrypt(env, exports);
  RegisterKdfSettings(env, exports);
  RegisterPsk(env, exports);
  RegisterTrust(env, exports);
  RegisterWindowsStores(env, exports);
  RegisterContext(env, exports);
  RegisterContextSuites(env, exports);
  RegisterInput(env, exports);
  RegisterIdentity(env, exports);
  RegisterMemoryBio(env, exports);
  RegisterConnection(env, exports);
  RegisterClientHello(env, exports);
  RegisterConnectionDetails(env, exports);
  RegisterExchange(env, exports);
  RegisterStreams(env, exports);
  RegisterPoolHandshake(env, exports);
  RegisterConnectionInfo(env, exports);
  RegisterVerification(env, exports);
  RegisterSessionStorage(env, exports);
  RegisterCertificateLegacy(env, exports);
  RegisterCertificateCompression(env, exports);
  RegisterCertificateStatus(env, exports);
  RegisterSessionStore(env, exports);
  RegisterFleet(env, exports);
  RegisterExplainChain(env, exports);
  RegisterDevelopmentCertificate(env, exports);
  return exports;
}

}  // namespace

NODE_API_MODULE(hermetic_ssl, Init)

}  // namespace hermetic::napi
