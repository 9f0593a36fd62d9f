// See work_budget.h.
#include "native/tls/certificates/work_budget.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "native/base/result.h"
#include "native/openssl/error.h"

namespace hermetic::tls {
namespace {

// Measured: OpenSSL's own cost of a call outweighs the digest if the processor computes it.
constexpr std::array<std::string_view, 3> kCheapDigests = {"SHA1", "SHA256", "SHA224"};
constexpr double kOtherDigest = 4;
// The cost of fetching a cipher and a digest and setting up their contexts.
constexpr double kLeastWork = 100;

std::string Rounded(double work) {
  constexpr double kExact = 1e15;
  return work < kExact ? std::to_string(static_cast<int64_t>(work)) : "more than 10^15";
}

}  // namespace

Status WorkBudget::Spend(double work) {
  spent_ += work;
  if (spent_ <= kMostWork) return Ok();
  return openssl::SslError(
      input_ + " asks for more work to derive its keys than is allowed: as much as " +
      Rounded(spent_) + " iterations of PBKDF2 with SHA-256, and " + Rounded(kMostWork) +
      " are allowed for the whole file (N * r * p with scrypt, 4 for an iteration with a "
      "slower digest): it is damaged, or encrypt it again with less");
}

int64_t ValueOf(const ASN1_INTEGER* integer) {
  int64_t value = 0;
  if (integer == nullptr) return 1;
  if (ASN1_INTEGER_get_int64(&value, integer) == 1) return value;
  openssl::ClearErrors();
  const bool is_negative = ASN1_STRING_type(integer) == V_ASN1_NEG_INTEGER;
  return is_negative ? std::numeric_limits<int64_t>::min() : std::numeric_limits<int64_t>::max();
}

double DigestCost(const std::string& digest) {
  const bool is_cheap =
      std::find(kCheapDigests.begin(), kCheapDigests.end(), digest) != kCheapDigests.end();
  return is_cheap ? 1 : kOtherDigest;
}

double IterationsCost(const ASN1_INTEGER* iterations, double num_blocks,
                      const std::string& digest) {
  const auto count = static_cast<double>(std::max<int64_t>(ValueOf(iterations), 1));
  return std::max(count * num_blocks * DigestCost(digest), kLeastWork);
}

}  // namespace hermetic::tls
