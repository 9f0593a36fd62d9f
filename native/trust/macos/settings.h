// What the trust settings of macOS say of one certificate, as purposes: the rules of
// SecTrustSettings.h without anything of Apple's in them, so that they can be tested anywhere.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "native/trust/system_roots.h"

namespace hermetic::trust::macos {

// The domains, by SecTrustSettingsDomain's numbers.
inline constexpr size_t kUserDomain = 0;
inline constexpr size_t kAdminDomain = 1;
inline constexpr size_t kSystemDomain = 2;
inline constexpr size_t kNumDomains = 3;

// SecTrustSettingsResult. Any other number is none of them.
inline constexpr int64_t kTrustRoot = 1;
inline constexpr int64_t kTrustAsRoot = 2;
inline constexpr int64_t kDeny = 3;
inline constexpr int64_t kUnspecified = 4;

// TrustSetting is one dictionary of usage constraints.
struct TrustSetting {
  // kSecTrustSettingsPolicy as a dotted object identifier, empty where it could not be read, and
  // kSecTrustSettingsPolicyName ("sslServer"). Neither: for all policies.
  std::optional<std::string> policy = {};
  std::optional<std::string> policy_name = {};
  std::optional<uint32_t> key_usage = {};  // kSecTrustSettingsKeyUsage
  // Whether it is for one host name, for one application or under checks of its own
  // (kSecTrustSettingsPolicyString, ...Application, ...PolicyOptions).
  bool is_narrowed = false;
  // kSecTrustSettingsResult. An allowed error (kSecTrustSettingsAllowedError) is not here: it
  // changes no result, and no error is forgiven.
  int64_t result = kTrustRoot;
};

// DomainSettings are a certificate's in one domain. Absent: it has none there. An empty list means
// that it is trusted.
using DomainSettings = std::optional<std::vector<TrustSetting>>;
using AllSettings = std::array<DomainSettings, kNumDomains>;

struct Verdict {
  Purposes trusted_for;
  Purposes distrusted_for;
};

// VerdictOf puts the domains together: a purpose that any of them denies is distrusted, and one
// that any of them trusts is trusted (docs/decisions/0012-trust-settings-of-macos.md). A root is
// trusted by kTrustRoot or kTrustAsRoot, what is not self-issued by the latter only.
Verdict VerdictOf(const AllSettings& settings, bool is_self_issued);

}  // namespace hermetic::trust::macos
