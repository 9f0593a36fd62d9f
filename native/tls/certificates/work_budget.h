// How much work the keys of one input may cost. A file names its own iterations, one number for
// each thing that is encrypted, so a limit for each of them limits nothing.
#pragma once

#include <openssl/asn1.h>

#include <cstdint>
#include <string>

#include "native/base/result.h"

namespace hermetic::tls {

// kMostWork is in iterations of PBKDF2 with HMAC-SHA-256, each 0.2 to 0.4 microseconds: a few
// seconds. Programs write thousands of iterations, the most careful ones a million.
inline constexpr double kMostWork = 10'000'000;

// kMostScryptMemory is what one derivation by scrypt may allocate, in bytes: N = 2^17 and r = 8,
// the strongest setting in common use, needs half.
inline constexpr double kMostScryptMemory = 256 << 20;

// WorkBudget adds up the work of all derivations of one input: the check of its integrity, and each
// key that decrypts a part of it.
class WorkBudget {
 public:
  // `input` is the name that messages give it.
  explicit WorkBudget(std::string input) : input_(std::move(input)) {}

  // Spend fails when the work so far and this work are more than kMostWork.
  Status Spend(double work);

 private:
  std::string input_;
  double spent_ = 0;
};

// ValueOf is 1 where the integer is left out, as the defaults of PKCS#5 and PKCS#12 are, and the
// largest or smallest int64_t for one that does not fit.
int64_t ValueOf(const ASN1_INTEGER* integer);

// DigestCost is the cost of one iteration with a digest, in iterations with SHA-256.
double DigestCost(const std::string& digest);

// IterationsCost is the work of a derivation that computes `num_blocks` blocks of a digest. Also
// with one iteration it costs as much as looking up the algorithms.
double IterationsCost(const ASN1_INTEGER* iterations, double num_blocks, const std::string& digest);

}  // namespace hermetic::tls
