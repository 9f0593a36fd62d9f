// Start and identity of the private OpenSSL.
#include "native/openssl/library.h"

#include <openssl/crypto.h>
#include <openssl/opensslv.h>
#include <openssl/ssl.h>

namespace hermetic::openssl {
namespace {

Status StartOnce() {
  if (OpenSSL_version_num() != OPENSSL_VERSION_NUMBER) {
    return StateError(std::string("the OpenSSL that answers is ") +
                      OpenSSL_version(OPENSSL_VERSION) +
                      ", but hermetic-ssl was built with " OPENSSL_VERSION_TEXT
                      ": its symbols were bound to another library");
  }
  // NO_ATEXIT: pool threads may still be hashing while the process exits.
  constexpr uint64_t kFlags = OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT;
  if (OPENSSL_init_ssl(kFlags, nullptr) != 1)
    return CaptureError("OpenSSL could not be initialised");
  return Ok();
}

}  // namespace

Status StartLibrary() {
  static const Status kStarted = StartOnce();
  return kStarted;
}

LibraryVersion Version() {
  return {OpenSSL_version(OPENSSL_VERSION), OpenSSL_version_num(), OPENSSL_VERSION_TEXT,
          OpenSSL_version(OPENSSL_CFLAGS)};
}

}  // namespace hermetic::openssl
