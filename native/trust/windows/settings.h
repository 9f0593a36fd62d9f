// What the properties of a certificate in a store of Windows say, as purposes, and what several
// places that have the same certificate say together. Nothing of Windows' is in here, so that it
// can be tested anywhere.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "native/base/bytes.h"
#include "native/trust/system_roots.h"

namespace hermetic::trust::windows {

// UnixTimeOf converts a FILETIME: ticks of 100 ns since 1601.
int64_t UnixTimeOf(uint64_t filetime);

// Instance is a certificate as one place has it. Times are seconds since 1970.
struct Instance {
  std::string source;
  // CERT_ENHKEY_USAGE_PROP_ID, which the user, the administrator or Microsoft has set. Absent:
  // everything. Empty: nothing.
  std::optional<Purposes> allowed = {};
  // CERT_DISALLOWED_FILETIME_PROP_ID and CERT_DISALLOWED_ENHKEY_USAGE_PROP_ID: what Microsoft's
  // root program has withdrawn, since when. Without purposes: everything; without a time: long ago.
  std::optional<int64_t> disallowed_since = {};
  std::optional<Purposes> disallowed = {};
  // CERT_NOT_BEFORE_FILETIME_PROP_ID and CERT_NOT_BEFORE_ENHKEY_USAGE_PROP_ID: what was issued
  // later does not count, for these purposes, or for any.
  std::optional<int64_t> not_before = {};
  std::optional<Purposes> not_before_usages = {};
};

// EntryOf puts the instances of one certificate together, of which there is one at least: what any
// of them allows is allowed, at `now` (docs/decisions/0013-trust-of-several-places-on-windows.md).
// The source is that of the first which allows something.
TrustEntry EntryOf(Bytes der, EntryRole role, const std::vector<Instance>& instances, int64_t now);

}  // namespace hermetic::trust::windows
