// See certificates.h.
#include "native/trust/macos/certificates.h"

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "native/base/bytes.h"
#include "native/openssl/error.h"
#include "native/openssl/ptr.h"
#include "native/trust/macos/settings.h"
#include "native/trust/system_roots.h"

namespace hermetic::trust::macos {
namespace {

using openssl::X509Ptr;

X509Ptr Decode(const Bytes& der) {
  const openssl::ErrorMark mark;
  const unsigned char* position = der.data();
  return X509Ptr(d2i_X509(nullptr, &position, static_cast<long>(der.size())));
}

// Returns the domain in which a user would look: the first with settings.
size_t DomainOf(const AllSettings& settings) {
  size_t domain = 0;
  while (domain < kNumDomains && !settings[domain]) ++domain;
  return domain;
}

// A certificate that is not trusted is not an anchor. If it is an authority certified by another
// one, it may complete a chain, unless it is distrusted.
std::optional<TrustEntry> EntryOf(const AllSettings& settings, X509* certificate) {
  const openssl::ErrorMark mark;
  const bool is_self_issued = (X509_get_extension_flags(certificate) & EXFLAG_SI) != 0;
  Verdict verdict = VerdictOf(settings, is_self_issued);
  TrustEntry entry{.der = {}, .source = SourceOf(DomainOf(settings))};
  entry.distrusted_for = std::move(verdict.distrusted_for);
  if (!verdict.trusted_for.empty()) {
    entry.trusted_for = std::move(verdict.trusted_for);
    return entry;
  }
  entry.role = EntryRole::kIntermediate;
  const bool completes = !is_self_issued && X509_check_ca(certificate) != 0;
  if (!completes && entry.distrusted_for.empty()) return std::nullopt;
  return entry;
}

}  // namespace

const char* SourceOf(size_t domain) {
  switch (domain) {
    case kUserDomain:
      return "macOS: trust settings of the user";
    case kAdminDomain:
      return "macOS: trust settings of the administrator";
    case kSystemDomain:
      return "macOS: system roots";
    default:
      return "macOS: keychains";
  }
}

Certificates::Known& Certificates::Of(Bytes der) {
  const auto [at, is_new] = index_.try_emplace(std::string(der.begin(), der.end()), known_.size());
  if (is_new) known_.push_back({std::move(der), {}});
  return known_[at->second];
}

void Certificates::Add(Bytes der) { Of(std::move(der)); }

void Certificates::AddSettings(Bytes der, size_t domain, std::vector<TrustSetting> settings) {
  Of(std::move(der)).settings.at(domain) = std::move(settings);
}

void Certificates::MoveTo(TrustEntries* out) {
  for (Known& known : known_) {
    const X509Ptr certificate = Decode(known.der);
    if (!certificate) continue;
    std::optional<TrustEntry> entry = EntryOf(known.settings, certificate.get());
    if (!entry) continue;
    entry->der = std::move(known.der);
    out->entries.push_back(std::move(*entry));
  }
  known_.clear();
  index_.clear();
}

}  // namespace hermetic::trust::macos
