// What the platform trusts: where it keeps that, and how it is handed over. system_roots_posix.cc,
// system_roots_windows.cc and system_roots_macos.cc each implement the last three functions for
// their platform and guard their own body; what they give is merged, indexed, shared and made into
// stores of OpenSSL's elsewhere, the same way for all.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "native/base/bytes.h"
#include "native/base/error.h"

namespace hermetic::trust {

// Purposes are object identifiers in dotted form, those of the extended key usage (RFC 5280,
// 4.2.1.12). kAnyPurpose stands for all of them.
using Purposes = std::vector<std::string>;
inline constexpr const char* kAnyPurpose = "2.5.29.37.0";
inline constexpr const char* kServerAuth = "1.3.6.1.5.5.7.3.1";
inline constexpr const char* kClientAuth = "1.3.6.1.5.5.7.3.2";

enum class EntryRole : uint8_t {
  // A chain may end here. Where the platform says nothing of its purposes and it is not
  // self-signed,
  // that takes VERIFY_X509_PARTIAL_CHAIN, which default contexts have.
  kAnchor,
  // Helps to build a chain to an anchor, and is never one itself.
  kIntermediate,
};

// DistrustAfter is an end to what a certificate vouches for: a chain through it does not count for
// these purposes where the certificate that it is for was issued later.
struct DistrustAfter {
  int64_t time = 0;  // seconds since 1970
  Purposes purposes;
};

// TrustEntry is one certificate and what the platform says of it. The purposes are those that the
// platform's user, administrator or vendor set: the extended key usage inside the certificate is
// OpenSSL's to check, unless the platform has a rule of its own that puts it in their place.
//   PEM "CERTIFICATE": nothing said. "TRUSTED CERTIFICATE": its lists of trust and of reject.
//   Windows: the store's purposes property, else nothing said, and what Microsoft has withdrawn;
//     several places together as windows_settings.h says. Disallowed: distrusted for kAnyPurpose;
//     CA: kIntermediate.
//   macOS: the policies of the trust settings of all domains; deny is distrust. A setting narrower
//     than a purpose (one host name, one application) is neither.
struct TrustEntry {
  Bytes der;
  // Where it is from, as a user would look for it: a file's path, or the name of a store
  // ("Windows: ROOT, local machine"; "macOS: system roots").
  std::string source;
  EntryRole role = EntryRole::kAnchor;
  // Absent: nothing said, so every purpose. Empty: none.
  std::optional<Purposes> trusted_for = {};
  // Stronger than trusted_for. A distrusted entry is handed over, not left out: a chain that meets
  // it is refused.
  Purposes distrusted_for = {};
  std::optional<DistrustAfter> distrust_after = {};
};

// Trouble is a place that could not be read, wholly or in part. The user is told once; what was
// read counts.
struct Trouble {
  std::string place;
  Error error;
};

struct TrustEntries {
  // One certificate may come more than once: distrust adds up, and the source is the first that
  // distrusts it; an anchor is more than an intermediate, whose purposes then do not matter; and
  // purposes that are said count more than nothing said.
  std::vector<TrustEntry> entries;
  std::vector<Bytes> crls;  // DER
  std::vector<Trouble> troubles = {};
};

// RootPlaces names what is to be read; each may be empty.
struct RootPlaces {
  // A PEM bundle.
  std::string file = {};
  // Directories of PEM files under OpenSSL's hashed names; a file is read when it is needed.
  std::vector<std::string> directories = {};
  // Directories of PEM files under any names, which are read whole.
  std::vector<std::string> whole_directories = {};
  // A PEM file of which only the distrusted certificates count.
  std::string distrust_file = {};
  // Whether the platform's own stores (ReadPlatformStores) count as well.
  bool platform_stores = false;
  // What was passed over in the search, though it exists.
  std::vector<Trouble> troubles = {};
  // Everything that was looked for, as a user would look for it, for the message of a verification
  // that fails because nothing was found.
  std::vector<std::string> searched = {};
};

// TrustEnvironment is what the environment names, each empty where it is not set. The caller reads
// it: getenv would race with another thread's setenv.
struct TrustEnvironment {
  std::string cert_file;  // SSL_CERT_FILE
  std::string cert_dir;   // SSL_CERT_DIR: a list, as in PATH
};

// EnvironmentPlaces is what the environment names and nothing else (root_places.cc).
RootPlaces EnvironmentPlaces(const TrustEnvironment& environment);

// --- Per platform ---

// FindRootPlaces gives what the environment names, and the platform's places: only where it names
// nothing on POSIX systems and macOS, in any case on Windows, as Python does. OpenSSL's compiled-in
// path is never used: it is that of no machine.
RootPlaces FindRootPlaces(const TrustEnvironment& environment);

// ReadPlatformStores adds what the stores of the system hold, where there is such a thing (Windows,
// macOS). It may take long, is called from any thread, never from two at once, and neither asks
// the user nor starts a program. A store that cannot be read is a Trouble.
void ReadPlatformStores(TrustEntries* out);

// PlatformStoresStamp changes when the stores may have changed, so that they are read again. It is
// taken at every loadDefaultCerts, so it costs microseconds; empty where that cannot be had: the
// stores are then read once per process.
std::string PlatformStoresStamp();

}  // namespace hermetic::trust
