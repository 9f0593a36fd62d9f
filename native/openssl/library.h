// The private OpenSSL as a whole: its start and its version.
#pragma once

#include <string>

#include "native/base/result.h"

namespace hermetic::openssl {

// StartLibrary initializes OpenSSL once per process, without a configuration file. It fails if the
// running library is not the one whose headers this file was compiled with, or lies outside this
// addon (a symbol was bound to another library).
Status StartLibrary();

struct LibraryVersion {
  std::string text;         // "OpenSSL 3.5.7 9 Jun 2026"
  unsigned long number;     // OPENSSL_VERSION_NUMBER of the running library
  std::string header_text;  // OPENSSL_VERSION_TEXT at compile time
  std::string built;        // how it was compiled, without paths
  std::string fixes;        // CVE numbers fixed beyond the version, separated by blanks
  std::string decoders;     // names and versions of the decoders of certificates, or empty
  std::string pin;          // "3.5.7": the version required by deps/openssl/pin.json
  std::string package;      // "0.1.0": the version of this package that it was compiled for
};
LibraryVersion Version();

}  // namespace hermetic::openssl
