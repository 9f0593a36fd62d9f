// See settings.h.
#include "native/trust/macos/settings.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "native/trust/system_roots.h"

namespace hermetic::trust::macos {
namespace {

struct PolicyPurpose {
  std::string_view policy;
  std::string_view name;
  const char* purpose;
};

// One policy covers both ends of TLS; its name distinguishes them. Every other policy (IPsec, EAP,
// "X.509 basic", Apple's own services) has no purpose for which chains are verified here.
constexpr PolicyPurpose kPolicyPurposes[] = {
    {"1.2.840.113635.100.1.3", "sslServer", kServerAuth},
    {"1.2.840.113635.100.1.3", "sslClient", kClientAuth},
    {"1.2.840.113635.100.1.8", "SMIME", "1.3.6.1.5.5.7.3.4"},
    {"1.2.840.113635.100.1.16", "CodeSigning", "1.3.6.1.5.5.7.3.3"},
    {"1.2.840.113635.100.1.20", "AppleTimeStamping", "1.3.6.1.5.5.7.3.8"},
};

constexpr uint32_t kSignCertificates = 0x8;
constexpr uint32_t kAnyUsage = 0xffffffff;

// macOS compares the usage as a whole; for an authority the usage is signing certificates.
bool Applies(const TrustSetting& setting) {
  const uint32_t usage = setting.key_usage.value_or(kAnyUsage);
  return !setting.is_narrowed && (usage == kAnyUsage || usage == kSignCertificates);
}

bool IsOrIsAbsent(const std::optional<std::string>& said, std::string_view wanted) {
  return !said || *said == wanted;
}

Purposes PurposesOf(const TrustSetting& setting) {
  if (!setting.policy && !setting.policy_name) return {kAnyPurpose};
  Purposes purposes;
  for (const PolicyPurpose& known : kPolicyPurposes) {
    if (IsOrIsAbsent(setting.policy, known.policy) &&
        IsOrIsAbsent(setting.policy_name, known.name)) {
      purposes.emplace_back(known.purpose);
    }
  }
  return purposes;
}

bool IsTrust(const TrustSetting& setting, bool is_self_issued) {
  return setting.result == kTrustAsRoot || (setting.result == kTrustRoot && is_self_issued);
}

void Add(const Purposes& more, Purposes* out) {
  for (const std::string& purpose : more) {
    if (std::find(out->begin(), out->end(), purpose) == out->end()) out->push_back(purpose);
  }
}

// A list with "any purpose" needs no other entries.
void Simplify(Purposes* out) {
  if (std::find(out->begin(), out->end(), kAnyPurpose) != out->end()) *out = {kAnyPurpose};
}

}  // namespace

Verdict VerdictOf(const AllSettings& settings, bool is_self_issued) {
  Verdict verdict;
  const std::vector<TrustSetting> always = {TrustSetting{}};
  for (const DomainSettings& domain : settings) {
    if (!domain) continue;
    for (const TrustSetting& setting : domain->empty() ? always : *domain) {
      if (!Applies(setting)) continue;
      if (setting.result == kDeny) Add(PurposesOf(setting), &verdict.distrusted_for);
      if (IsTrust(setting, is_self_issued)) Add(PurposesOf(setting), &verdict.trusted_for);
    }
  }
  Simplify(&verdict.trusted_for);
  Simplify(&verdict.distrusted_for);
  return verdict;
}

}  // namespace hermetic::trust::macos
