// Security levels and contexts' own chains (OpenSSL: SSL_CTX_set_security_level).
#pragma once

#include <string>

#include "native/tls/certificates/identity.h"

namespace hermetic::tls {

// WhyTooWeak returns which certificate of the chain the security level refuses, the reason, and the
// remedy: "its certificate 2 (...) is signed with SHA-1: ...". Returns an empty string if the level
// accepts the chain. The numbers count from 1, the leaf.
std::string WhyTooWeak(const Identity& identity, int security_level);

// LevelForBits returns the highest security level that accepts keys and signatures of this strength
// in bits.
int LevelForBits(int bits);

}  // namespace hermetic::tls
