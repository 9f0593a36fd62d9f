// The places of Linux distributions, the BSDs, illumos and Android (see system_roots.h).
#include "native/trust/system_roots.h"

#include <string>
#include <vector>

#include "native/base/error.h"
#include "native/trust/files/read_directory.h"

#if !defined(_WIN32) && !defined(__APPLE__)

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace hermetic::trust {
namespace {

constexpr const char* kBundles[] = {
    "/etc/ssl/certs/ca-certificates.crt",  // Debian, Ubuntu, Gentoo, Arch, Alpine, Void, OpenWrt
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // Fedora, RHEL 7 and later, Amazon Linux
    "/etc/pki/tls/certs/ca-bundle.crt",                   // RHEL 6, Mageia, Photon
    "/etc/ssl/ca-bundle.pem",                             // SUSE, openSUSE
    "/var/lib/ca-certificates/ca-bundle.pem",             // SUSE, generated
    "/etc/ssl/cert.pem",                                  // Alpine, FreeBSD, OpenBSD
    "/etc/ca-certificates/extracted/tls-ca-bundle.pem",   // Arch
    "/etc/pki/tls/cacert.pem",                            // OpenELEC
    "/etc/ssl/certs/ca-bundle.crt",                       // NixOS
    "/nix/var/nix/profiles/default/etc/ssl/certs/ca-bundle.crt",      // Nix on other systems
    "/run/current-system/profile/etc/ssl/certs/ca-certificates.crt",  // Guix
    "/usr/share/ca-certificates/ca-bundle.crt",                       // ALT Linux
    "/opt/etc/ssl/certs/ca-certificates.crt",                         // Entware
    "/usr/local/etc/ssl/cert.pem",                                    // FreeBSD, ca_root_nss
    "/usr/local/share/certs/ca-root-nss.crt",                         // FreeBSD, DragonFly
    "/etc/openssl/certs/ca-certificates.crt",                         // NetBSD
    "/etc/certs/ca-certificates.crt",                                 // Solaris 11
    "/etc/ssl/cacert.pem",                                            // OmniOS
    "/data/data/com.termux/files/usr/etc/tls/cert.pem",               // Termux on Android
    "/system/etc/security/cacerts.pem",                               // old Android
};

constexpr const char* kDirectories[] = {
    "/etc/ssl/certs",                                  // Debian, Ubuntu, SUSE, Alpine, FreeBSD
    "/etc/pki/tls/certs",                              // Fedora, RHEL
    "/etc/ca-certificates/extracted/cadir",            // Arch
    "/etc/pki/ca-trust/extracted/pem/directory-hash",  // Fedora 38 and later
    "/var/lib/ca-certificates/openssl",                // SUSE
    "/usr/local/etc/openssl/certs",                    // FreeBSD ports
    "/etc/openssl/certs",                              // NetBSD
};

// Their hashes are from before OpenSSL 1.0.0, so that OpenSSL finds nothing in them.
constexpr const char* kWholeDirectories[] = {
    "/apex/com.android.conscrypt/cacerts",  // Android 14 and later
    "/system/etc/security/cacerts",         // Android
};

// Distrust known to p11-kit, which a bundle of anchors cannot express.
constexpr const char* kDistrustFiles[] = {
    "/etc/pki/ca-trust/extracted/openssl/ca-bundle.trust.crt",  // Fedora, RHEL
    "/etc/ca-certificates/extracted/ca-bundle.trust.crt",       // Arch
};

bool IsKind(const char* path, mode_t kind) {
  struct stat status = {};
  return stat(path, &status) == 0 && (status.st_mode & S_IFMT) == kind;
}

// Continues if the first existing file cannot be read.
bool FindBundle(RootPlaces* out) {
  for (const char* bundle : kBundles) {
    out->searched.emplace_back(bundle);
    if (!IsKind(bundle, S_IFREG)) continue;
    if (access(bundle, R_OK) == 0) {
      out->file = bundle;
      return true;
    }
    out->troubles.push_back({bundle, SystemError(errno, "open", bundle)});
  }
  return false;
}

// An empty directory, which many systems have, does not hide the next. If all are empty, the first
// one is used, because it may be filled later.
bool FindHashedDirectory(RootPlaces* out) {
  for (const char* directory : kDirectories) {
    out->searched.emplace_back(directory);
    if (!IsKind(directory, S_IFDIR)) continue;
    if (out->directories.empty()) out->directories.emplace_back(directory);
    if (!HasHashedFiles(directory)) continue;
    out->directories = {directory};
    return true;
  }
  return false;
}

void FindWholeDirectory(RootPlaces* out) {
  for (const char* directory : kWholeDirectories) {
    out->searched.emplace_back(directory);
    if (!IsKind(directory, S_IFDIR)) continue;
    out->whole_directories.emplace_back(directory);
    return;
  }
}

}  // namespace

RootPlaces FindRootPlaces(const TrustEnvironment& environment) {
  RootPlaces places = EnvironmentPlaces(environment);
  if (!places.searched.empty()) return places;
  if (!FindBundle(&places) && !FindHashedDirectory(&places)) FindWholeDirectory(&places);
  for (const char* file : kDistrustFiles) {
    if (places.distrust_file.empty() && IsKind(file, S_IFREG)) places.distrust_file = file;
  }
  return places;
}

void ReadPlatformStores(TrustEntries* /*out*/) {}

std::string PlatformStoresStamp() { return ""; }

}  // namespace hermetic::trust

#endif
