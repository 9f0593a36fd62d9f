// Finds the loaded file that contains OpenSSL, to prove that it is our own, and keeps the addon
// loaded.
#pragma once

#include <string>

namespace hermetic::openssl {

// ImageOfOpenssl returns the path of the loaded file that contains the running OpenSSL, and
// ImageOfAddon the path of this addon. Both are the same file in a hermetic build. Empty if the
// platform does not provide it.
std::string ImageOfOpenssl();
std::string ImageOfAddon();

// KeepAddonLoaded makes the platform keep this addon in memory until the process ends, because pool
// threads run its code after the last environment that loaded it has ended. On ELF systems the
// linker's -z nodelete does that. Returns false if the platform refuses.
bool KeepAddonLoaded();

}  // namespace hermetic::openssl
