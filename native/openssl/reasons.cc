// Looks names up in the generated tables.
#include "native/openssl/reasons.h"

#include <openssl/err.h>
#include <openssl/opensslv.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <utility>

namespace hermetic::openssl {
namespace {

struct Reason {
  uint16_t library;
  uint16_t code;
};

constexpr bool operator<(const Reason& a, const Reason& b) {
  return a.library != b.library ? a.library < b.library : a.code < b.code;
}

#define HERMETIC_REASON(library, code, name) {ERR_LIB_##library, code},
constexpr Reason kReasons[] = {
#include "native/openssl/generated/reasons.inc"
};
#undef HERMETIC_REASON

constexpr bool IsSorted() {
  for (size_t i = 1; i < std::size(kReasons); ++i) {
    if (!(kReasons[i - 1] < kReasons[i])) return false;
  }
  return true;
}
static_assert(IsSorted(), "the binary search needs the order of scripts/generate-constants.mjs");

// One text with offsets instead of pointers. The dynamic linker would have to write 1,800 pointers
// whenever the addon is loaded, into memory that processes cannot share.
#define HERMETIC_REASON(library, code, name) #name "\0"
constexpr char kNames[] = {
#include "native/openssl/generated/reasons.inc"
};
#undef HERMETIC_REASON

constexpr auto kPlaces = [] {
  std::array<uint16_t, std::size(kReasons)> places = {};
  size_t place = 0;
  for (uint16_t& out : places) {
    out = static_cast<uint16_t>(place);
    while (kNames[place++] != '\0') {
    }
  }
  return places;
}();
static_assert(std::size(kNames) <= std::numeric_limits<uint16_t>::max());

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
  // Excludes the reasons that every library shares, which have the bit 0x80000.
  if (!std::in_range<uint16_t>(library) || !std::in_range<uint16_t>(reason)) return nullptr;
  const Reason wanted = {static_cast<uint16_t>(library), static_cast<uint16_t>(reason)};
  const Reason* found = std::lower_bound(std::begin(kReasons), std::end(kReasons), wanted);
  if (found == std::end(kReasons) || wanted < *found) return nullptr;
  return &kNames[kPlaces[static_cast<size_t>(found - std::begin(kReasons))]];
}

}  // namespace hermetic::openssl
