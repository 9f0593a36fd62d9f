// A limit on the work that the keys of one input may cost. A file states its own iterations, one
// number for each encrypted object, so a limit for each of them would limit nothing.
#pragma once

#include <openssl/asn1.h>

#include <cstdint>
#include <string>

#include "native/base/result.h"

namespace hermetic::tls {

// kMostWork is in iterations of PBKDF2 with HMAC-SHA-256, each 0.2 to 0.4 microseconds: a few
// seconds in all. Programs write thousands of iterations, the most careful ones a million.
inline constexpr double kMostWork = 10'000'000;

// kMostScryptMemory is the maximum allocation of one scrypt derivation, in bytes. N = 2^17 and r =
// 8, the strongest setting in common use, needs half of it.
inline constexpr double kMostScryptMemory = 256 << 20;

// WorkBudget adds up the work of all derivations of one input: the integrity check, and each key
// that decrypts a part of it.
class WorkBudget {
 public:
  // `input` is its name in messages.
  explicit WorkBudget(std::string input) : input_(std::move(input)) {}

  // Spend fails if the total work would exceed kMostWork.
  Status Spend(double work);

 private:
  std::string input_;
  double spent_ = 0;
};

// ValueOf returns the integer; 1 if it is absent, which is the default of PKCS#5 and PKCS#12; and
// the largest or smallest int64_t if it does not fit.
int64_t ValueOf(const ASN1_INTEGER* integer);

// DigestCost returns the cost of one iteration with a digest, in iterations with SHA-256.
double DigestCost(const std::string& digest);

// IterationsCost returns the work of a derivation that computes `num_blocks` blocks of a digest.
// Even with one iteration it costs as much as looking up the algorithms.
double IterationsCost(const ASN1_INTEGER* iterations, double num_blocks, const std::string& digest);

}  // namespace hermetic::tls
