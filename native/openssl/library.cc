// Start and identity of the private OpenSSL.
#include "native/openssl/library.h"

#include <openssl/crypto.h>
#include <openssl/opensslv.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "native/base/error.h"
#include "native/base/result.h"
#include "native/openssl/error.h"
#include "native/openssl/image.h"
// Written by the build of OpenSSL (scripts/openssl/gather.mjs); other builds lack it.
#if __has_include(<hermetic/openssl_fixes.h>)
#include <hermetic/openssl_fixes.h>
#else
#define HERMETIC_OPENSSL_FIXES ""
#endif
#ifndef HERMETIC_OPENSSL_DECODERS
#define HERMETIC_OPENSSL_DECODERS ""
#endif

namespace hermetic::openssl {
namespace {

// The build passes versions as bare tokens, 3.5.7, because a quoted string does not survive every
// build tool.
#define HERMETIC_STRINGIFY_TOKENS(tokens) #tokens
#define HERMETIC_STRINGIFY(macro) HERMETIC_STRINGIFY_TOKENS(macro)
constexpr std::string_view kPin = HERMETIC_STRINGIFY(HERMETIC_OPENSSL_PIN);
constexpr std::string_view kPackage = HERMETIC_STRINGIFY(HERMETIC_PACKAGE_VERSION);

// Runtimes and systems install their own openssl/*.h, and a mix of two versions mostly compiles.
static_assert(kPin == OPENSSL_FULL_VERSION_STR,
              "this is not the header of the linked OpenSSL: another include folder comes first");

Status StartOnce() {
  if (OpenSSL_version_num() != OPENSSL_VERSION_NUMBER) {
    return StateError(std::string("the OpenSSL that answers is ") +
                      OpenSSL_version(OPENSSL_VERSION) +
                      ", but hermetic-ssl was built with " OPENSSL_VERSION_TEXT
                      ": its symbols were bound to another library");
  }
  // The runtime's OpenSSL may have the same version.
  if (ImageOfOpenssl() != ImageOfAddon()) {
    return StateError("the OpenSSL that answers lies in " + ImageOfOpenssl() + ", not in " +
                      ImageOfAddon() + ": its symbols were bound to another library");
  }
  if (!KeepAddonLoaded()) {
    return StateError(ImageOfAddon() + " could not be kept in memory until the process ends");
  }
  // Both flags hold for the process, also for parts of OpenSSL that start later, with the first
  // digest or context. NO_ATEXIT: pool threads may still be hashing while the process exits.
  constexpr uint64_t kFlags = OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT;
  if (OPENSSL_init_crypto(kFlags, nullptr) != 1)
    return CaptureError("OpenSSL could not be initialised");
  return Ok();
}

}  // namespace

Status StartLibrary() {
  static const Status kStarted = StartOnce();
  return kStarted;
}

LibraryVersion Version() {
  return {OpenSSL_version(OPENSSL_VERSION),
          OpenSSL_version_num(),
          OPENSSL_VERSION_TEXT,
          OpenSSL_version(OPENSSL_CFLAGS),
          HERMETIC_OPENSSL_FIXES,
          HERMETIC_OPENSSL_DECODERS,
          std::string(kPin),
          std::string(kPackage)};
}

}  // namespace hermetic::openssl
