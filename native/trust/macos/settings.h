// Converts macOS' trust settings of one certificate to purposes, by the rules of
// SecTrustSettings.h. It does not use Apple's frameworks, so that it can be tested on any system.
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

// Values of SecTrustSettingsResult. Settings may contain other numbers.
inline constexpr int64_t kTrustRoot = 1;
inline constexpr int64_t kTrustAsRoot = 2;
inline constexpr int64_t kDeny = 3;
inline constexpr int64_t kUnspecified = 4;

// TrustSetting is one dictionary of usage constraints.
struct TrustSetting {
  // kSecTrustSettingsPolicy as a dotted object identifier, empty if it could not be read, and
  // kSecTrustSettingsPolicyName ("sslServer"). Without both the setting is for all policies.
  std::optional<std::string> policy = {};
  std::optional<std::string> policy_name = {};
  std::optional<uint32_t> key_usage = {};  // kSecTrustSettingsKeyUsage
  // Whether it only holds for one host name or one application, or under checks of its own
  // (kSecTrustSettingsPolicyString, ...Application, ...PolicyOptions).
  bool is_narrowed = false;
  // kSecTrustSettingsResult. An allowed error (kSecTrustSettingsAllowedError) is not included: it
  // does not change the result, and errors are not forgiven.
  int64_t result = kTrustRoot;
};

// A certificate's settings in one domain. Absent: no settings. An empty list: trusted.
using DomainSettings = std::optional<std::vector<TrustSetting>>;
using AllSettings = std::array<DomainSettings, kNumDomains>;

struct Verdict {
  Purposes trusted_for;
  Purposes distrusted_for;
};

// VerdictOf combines the domains. A purpose that any domain denies is distrusted, and one that any
// domain trusts is trusted (docs/decisions/0012-trust-settings-of-macos.md). A root is trusted by
// kTrustRoot or kTrustAsRoot, a certificate that is not self-issued only by the latter.
Verdict VerdictOf(const AllSettings& settings, bool is_self_issued);

}  // namespace hermetic::trust::macos
