// Looks names up in the generated tables.
#include "native/openssl/reasons.h"

#include <openssl/err.h>
#include <openssl/opensslv.h>

#include <algorithm>
#include <cstddef>
#include <iterator>

namespace hermetic::openssl {
namespace {

struct Reason {
  int library;
  int code;
  const char* name;
};

constexpr bool operator<(const Reason& a, const Reason& b) {
  return a.library != b.library ? a.library < b.library : a.code < b.code;
}

#define HERMETIC_REASON(library, code, name) {ERR_LIB_##library, code, #name},
constexpr Reason kReasons[] = {
#include "native/openssl/generated/reasons.inc"
};
#undef HERMETIC_REASON

constexpr bool IsSorted() {
  for (std::size_t i = 1; i < std::size(kReasons); ++i) {
    if (!(kReasons[i - 1] < kReasons[i])) return false;
  }
  return true;
}
static_assert(IsSorted(), "the binary search needs the order of scripts/generate-constants.mjs");

}  // namespace

const char* LibraryName(int library) {
#define HERMETIC_LIBRARY(name) \
  case ERR_LIB_##name:         \
    return #name;
  switch (library) {
#include "native/openssl/generated/libraries.inc"
    default:
      return nullptr;
  }
#undef HERMETIC_LIBRARY
}

const char* ReasonName(int library, int reason) {
  const Reason wanted = {library, reason, nullptr};
  const Reason* found = std::lower_bound(std::begin(kReasons), std::end(kReasons), wanted);
  return found != std::end(kReasons) && !(wanted < *found) ? found->name : nullptr;
}

}  // namespace hermetic::openssl
