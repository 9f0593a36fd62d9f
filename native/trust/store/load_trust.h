// Loads an application's own trusted certificates and revocation lists from PEM, DER and PKCS#7
// into a store.
#pragma once

#include <cstdint>
#include <string>

#include "native/base/result.h"
#include "native/input/named_bytes.h"
#include "native/openssl/ptr.h"

namespace hermetic::trust {

// DataKind is the type of the argument, on which the beginning of Python's message depends.
enum class DataKind : uint8_t { kText, kBytes };

// LoadFile adds every certificate and revocation list of a file. It ignores text between the blocks
// of PEM, and certificates that the store already has. On failure nothing is added.
Status LoadFile(X509_STORE* store, const std::string& file);

// LoadData does the same for bytes in memory. The certificates before damaged data stay (Python:
// SSLContext.load_verify_locations, cadata).
Status LoadData(X509_STORE* store, const input::NamedBytes& data, DataKind kind);

}  // namespace hermetic::trust
