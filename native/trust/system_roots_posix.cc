// The places of Linux distributions and of FreeBSD (see system_roots.h).
#include <string>
#include <vector>

#include "native/trust/system_roots.h"

#if !defined(_WIN32) && !defined(__APPLE__)

#include <sys/stat.h>

namespace hermetic::trust {
namespace {

constexpr const char* kBundles[] = {
    "/etc/ssl/certs/ca-certificates.crt",                 // Debian, Ubuntu, Gentoo, Arch, NixOS
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // Fedora, RHEL 7 and later, CentOS
    "/etc/pki/tls/certs/ca-bundle.crt",                   // Fedora, RHEL 6
    "/etc/ssl/ca-bundle.pem",                             // SUSE, openSUSE
    "/var/lib/ca-certificates/ca-bundle.pem",             // SUSE, generated
    "/etc/ssl/cert.pem",                                  // Alpine, FreeBSD, OpenBSD
    "/etc/ca-certificates/extracted/tls-ca-bundle.pem",   // Arch
    "/etc/pki/tls/cacert.pem",                            // OpenELEC
    "/etc/ssl/certs/ca-bundle.crt",                       // NixOS
    "/nix/var/nix/profiles/default/etc/ssl/certs/ca-bundle.crt",  // Nix on other systems
    "/usr/local/etc/ssl/cert.pem",                                // FreeBSD, ca_root_nss
    "/usr/local/share/certs/ca-root-nss.crt",                     // FreeBSD, DragonFly
    "/system/etc/security/cacerts.pem",                           // Termux on Android
};

constexpr const char* kDirectories[] = {
    "/etc/ssl/certs",                                  // Debian, Ubuntu, SUSE, Alpine, FreeBSD
    "/etc/pki/tls/certs",                              // Fedora, RHEL
    "/etc/ca-certificates/extracted/cadir",            // Arch
    "/etc/pki/ca-trust/extracted/pem/directory-hash",  // Fedora 38 and later
    "/usr/local/etc/openssl/certs",                    // FreeBSD ports
    "/system/etc/security/cacerts",                    // Android
};

bool IsKind(const char* path, mode_t kind) {
  struct stat status = {};
  return stat(path, &status) == 0 && (status.st_mode & S_IFMT) == kind;
}

}  // namespace

RootPlaces FindRootPlaces(const TrustEnvironment& environment) {
  RootPlaces places = EnvironmentPlaces(environment);
  if (!places.file.empty() || !places.directories.empty()) return places;
  for (const char* bundle : kBundles) {
    if (IsKind(bundle, S_IFREG)) return {.file = bundle};
  }
  for (const char* directory : kDirectories) {
    if (IsKind(directory, S_IFDIR)) return {.directories = {directory}};
  }
  return {};
}

void ReadPlatformStores(TrustEntries* /*out*/) {}

std::string PlatformStoresStamp() { return ""; }

}  // namespace hermetic::trust

#endif
