// Where the code that runs lies in the process: the proof that OpenSSL is our own.
#pragma once

#include <string>

namespace hermetic::openssl {

// ImageOfOpenssl is the path of the loaded file that holds the running OpenSSL, ImageOfAddon that
// of this addon. Both are the same file in a hermetic build. Empty where the platform cannot tell.
std::string ImageOfOpenssl();
std::string ImageOfAddon();

}  // namespace hermetic::openssl
