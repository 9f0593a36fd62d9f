// The digests of the private OpenSSL, with the names of Python's hashlib.
#pragma once

#include <openssl/evp.h>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "native/base/result.h"
#include "native/openssl/ptr.h"

namespace hermetic::digest {

// Algorithm is one digest. The objects that FindAlgorithm returns live as long as the process.
struct Algorithm {
  openssl::MdPtr md;
  std::string name;       // as Python writes it: "sha256", "sha3_256", "blake2b", "ripemd160"
  size_t digest_len = 0;  // bytes; 0 if the output has any length (SHAKE)
  size_t block_len = 0;   // bytes: HMAC's block, or the sponge's rate
  bool is_xof = false;
  size_t id = 0;  // for AlgorithmById
};

// FindAlgorithm looks up Python's name or OpenSSL's ("SHA256", "SHA2-256", "SHA3-256", an OID),
// regardless of case. Fails with kValue for a name that is unknown or that this OpenSSL cannot
// compute. Safe from any thread.
Result<const Algorithm*> FindAlgorithm(std::string_view name);

// AlgorithmById returns the algorithm with this `id`, or null. It takes no lock.
const Algorithm* AlgorithmById(size_t id);

// AvailableAlgorithms lists the names of all digests that FindAlgorithm finds, each once, sorted.
std::span<const std::string_view> AvailableAlgorithms();

}  // namespace hermetic::digest
