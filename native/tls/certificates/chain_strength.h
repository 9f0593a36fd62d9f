// Security levels and the chains that contexts show (OpenSSL: SSL_CTX_set_security_level).
#pragma once

#include <string>

#include "native/tls/certificates/identity.h"

namespace hermetic::tls {

// WhyTooWeak returns which certificate of the chain the security level refuses, for what, and what
// can be done: "its certificate 2 (...) is signed with SHA-1: ...". Empty where the level refuses
// none. The numbers count from 1, the leaf.
std::string WhyTooWeak(const Identity& identity, int security_level);

// LevelForBits returns the highest security level that admits keys and signatures of so few bits.
int LevelForBits(int bits);

}  // namespace hermetic::tls
