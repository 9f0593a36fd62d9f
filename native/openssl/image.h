// Where the code that runs lies in the process, the proof that OpenSSL is our own, and that it
// stays there.
#pragma once

#include <string>

namespace hermetic::openssl {

// ImageOfOpenssl is the path of the loaded file that holds the running OpenSSL, ImageOfAddon that
// of this addon. Both are the same file in a hermetic build. Empty where the platform cannot tell.
std::string ImageOfOpenssl();
std::string ImageOfAddon();

// KeepAddonLoaded has the platform keep this addon in memory until the process ends: pool threads
// run its code after the last environment that loaded it has ended. On ELF systems the linker's
// -z nodelete has seen to that. False where the platform refuses.
bool KeepAddonLoaded();

}  // namespace hermetic::openssl
