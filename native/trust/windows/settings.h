// Converts the properties of certificates in Windows stores to purposes, and combines the
// properties of one certificate from several places. It does not use Windows' API, so that it can
// be tested on any system.
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
  // CERT_ENHKEY_USAGE_PROP_ID, which the user, the administrator or Microsoft has set. Absent: all
  // purposes. Empty: no purpose.
  std::optional<Purposes> allowed = {};
  // CERT_DISALLOWED_FILETIME_PROP_ID and CERT_DISALLOWED_ENHKEY_USAGE_PROP_ID: the purposes that
  // Microsoft's root program has withdrawn, and the time of that. Absent purposes mean all; an
  // absent time means long ago.
  std::optional<int64_t> disallowed_since = {};
  std::optional<Purposes> disallowed = {};
  // CERT_NOT_BEFORE_FILETIME_PROP_ID and CERT_NOT_BEFORE_ENHKEY_USAGE_PROP_ID: certificates issued
  // after this time are not trusted, for these purposes or, without purposes, for any.
  std::optional<int64_t> not_before = {};
  std::optional<Purposes> not_before_usages = {};
};

// EntryOf combines the instances of one certificate, at least one. A purpose that any instance
// allows is allowed, at `now` (docs/decisions/0013-trust-of-several-places-on-windows.md). The
// source is that of the first instance that allows a purpose.
TrustEntry EntryOf(Bytes der, EntryRole role, const std::vector<Instance>& instances, int64_t now);

}  // namespace hermetic::trust::windows
