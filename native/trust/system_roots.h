// The platform's trusted certificates: where they are, and the form in which they are returned.
// files/system_roots.cc, windows/system_roots.cc and macos/system_roots.cc implement the last three
// functions for their platforms, and guard their own bodies. Other files merge, index and share the
// results and make OpenSSL stores of them, in the same way for all platforms.
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
  // A chain may end here. If the platform has no purposes for it and it is not self-signed, that
  // requires VERIFY_X509_PARTIAL_CHAIN, which default contexts set.
  kAnchor,
  // Helps to build a chain to an anchor, and is never an anchor itself.
  kIntermediate,
};

// DistrustAfter limits trust by date: a chain through the certificate is refused for these purposes
// if the chain's leaf was issued after that time.
struct DistrustAfter {
  int64_t time = 0;  // seconds since 1970
  Purposes purposes;
};

// TrustEntry is one certificate with the platform's settings for it. The purposes are those set by
// the platform's user, administrator or vendor. OpenSSL checks the extended key usage inside the
// certificate, unless a rule of the platform replaces it with these purposes.
//   PEM "CERTIFICATE": no settings. "TRUSTED CERTIFICATE": its lists of trust and of reject.
//   Windows: the store's purposes property, or no settings without it, and the purposes that
//     Microsoft has withdrawn; windows/settings.h says how several places are combined.
//     Disallowed: distrusted for kAnyPurpose; CA: kIntermediate.
//   macOS: the policies of the trust settings of all domains; deny is distrust. A setting narrower
//     than a purpose (one host name, one application) counts as neither.
struct TrustEntry {
  Bytes der;
  // The origin, as a user would look for it: a file's path, or the name of a store ("Windows: ROOT,
  // local machine"; "macOS: system roots").
  std::string source;
  EntryRole role = EntryRole::kAnchor;
  // Absent: no settings, so every purpose. Empty: no purpose.
  std::optional<Purposes> trusted_for = {};
  // Overrides trusted_for. A distrusted entry is included, not left out, because a chain that
  // contains it is refused.
  Purposes distrusted_for = {};
  std::optional<DistrustAfter> distrust_after = {};
};

// Trouble is a place that could not be read, wholly or in part. It is reported to the user once;
// the part that was read counts.
struct Trouble {
  std::string place;
  Error error;
};

struct TrustEntries {
  // A certificate may occur more than once. Distrust adds up, and the source is then the first that
  // distrusts it. An anchor outranks an intermediate, whose purposes are then ignored. Stated
  // purposes outrank absent ones.
  std::vector<TrustEntry> entries;
  std::vector<Bytes> crls;  // DER
  std::vector<Trouble> troubles = {};
};

// RootPlaces lists the places to be read; each may be empty.
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
  // Places that exist but were skipped in the search.
  std::vector<Trouble> troubles = {};
  // Every place that was searched, as a user would look for it. It is for the message of a
  // verification that fails because nothing was found.
  std::vector<std::string> searched = {};
};

// TrustEnvironment holds the environment's variables, empty if not set. The caller reads them,
// because getenv would race with another thread's setenv.
struct TrustEnvironment {
  std::string cert_file;  // SSL_CERT_FILE
  std::string cert_dir;   // SSL_CERT_DIR: a list, as in PATH
};

// EnvironmentPlaces returns only the places that the environment names (root_places.cc).
RootPlaces EnvironmentPlaces(const TrustEnvironment& environment);

// --- Per platform ---

// FindRootPlaces returns the places that the environment names, and the platform's places: on POSIX
// systems and macOS only if the environment names no place, on Windows in any case, as Python does.
// OpenSSL's compiled-in path is never used: it exists on no machine.
RootPlaces FindRootPlaces(const TrustEnvironment& environment);

// ReadPlatformStores adds the contents of the system's stores, if the platform has any (Windows,
// macOS). It may take long, is called from any thread, never from two at once, and neither asks the
// user nor starts a program. A store that cannot be read becomes a Trouble.
void ReadPlatformStores(TrustEntries* out);

// PlatformStoresStamp changes when the stores may have changed, so that they are read again. It
// costs microseconds, because every loadDefaultCerts takes it. It is empty if the platform has no
// such stamp; the stores are then read once per process.
std::string PlatformStoresStamp();

}  // namespace hermetic::trust
