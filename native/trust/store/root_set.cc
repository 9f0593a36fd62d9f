// See root_set.h.
#include "native/trust/store/root_set.h"

#include <algorithm>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/openssl/error.h"
#include "native/openssl/extensions.h"
#include "native/trust/store/certificate_der.h"
#include "native/trust/store/fingerprint.h"
#include "native/trust/store/object_identifier.h"
#include "native/trust/system_roots.h"

namespace hermetic::trust {
namespace {

using openssl::CaptureError;
using openssl::X509NamePtr;
using openssl::X509Ptr;

std::string_view TextOf(const Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void Append(const Purposes& more, Purposes* out) {
  for (const std::string& purpose : more) {
    if (std::find(out->begin(), out->end(), purpose) == out->end()) out->push_back(purpose);
  }
}

X509NamePtr SubjectOf(const TrustEntry& entry) {
  const std::optional<CertificateOutline> outline = OutlineOf(entry.der);
  if (!outline) return nullptr;
  const unsigned char* position = outline->subject.data();
  return X509NamePtr(d2i_X509_NAME(nullptr, &position, static_cast<long>(outline->subject.size())));
}

bool AddObject(const std::string& purpose, int (*add)(X509*, const ASN1_OBJECT*), X509* out) {
  const openssl::Asn1ObjectPtr object = ObjectOf(purpose);
  return object && add(out, object.get()) == 1;
}

// An invalid purpose is ignored: it cannot be asked for.
void ApplySettings(const TrustEntry& entry, X509* out) {
  for (const std::string& purpose : entry.distrusted_for) {
    AddObject(purpose, X509_add1_reject_object, out);
  }
  if (!entry.trusted_for) return;
  bool is_trusted = false;
  for (const std::string& purpose : *entry.trusted_for) {
    is_trusted = AddObject(purpose, X509_add1_trust_object, out) || is_trusted;
  }
  // OpenSSL cannot represent an empty list of trust, which would mean "no settings".
  if (!is_trusted) AddObject(kAnyPurpose, X509_add1_reject_object, out);
}

// Decode also caches the extensions, while other threads cannot use the certificate yet.
X509Ptr Decode(const TrustEntry& entry) {
  const openssl::ErrorMark mark;
  const unsigned char* position = entry.der.data();
  X509Ptr certificate(d2i_X509(nullptr, &position, static_cast<long>(entry.der.size())));
  if (!certificate || openssl::MultipliesNames(certificate.get())) return nullptr;
  ApplySettings(entry, certificate.get());
  openssl::CacheExtensions(certificate.get());
  return certificate;
}

Bytes SettingsOf(const TrustEntry& entry) {
  std::string text = entry.role == EntryRole::kAnchor ? "anchor" : "intermediate";
  for (const std::string& purpose : entry.distrusted_for) text += " -" + purpose;
  if (entry.trusted_for) text += " only";
  for (const std::string& purpose : entry.trusted_for.value_or(Purposes())) text += " +" + purpose;
  if (entry.distrust_after) {
    text += " until " + std::to_string(entry.distrust_after->time);
    for (const std::string& purpose : entry.distrust_after->purposes) text += " -" + purpose;
  }
  Bytes bytes = entry.der;
  bytes.insert(bytes.end(), text.begin(), text.end());
  return bytes;
}

bool HasSettings(const TrustEntry& entry) {
  return entry.trusted_for || !entry.distrusted_for.empty() || entry.distrust_after ||
         entry.role != EntryRole::kAnchor;
}

}  // namespace

bool Names(const Purposes& purposes, std::string_view purpose) {
  return std::any_of(purposes.begin(), purposes.end(), [&](const std::string& named) {
    return named == kAnyPurpose || named == purpose;
  });
}

bool IsDistrustedFor(const TrustEntry& entry, std::string_view purpose) {
  return Names(entry.distrusted_for, purpose);
}

bool IsTrustedFor(const TrustEntry& entry, std::string_view purpose) {
  if (IsDistrustedFor(entry, purpose)) return false;
  if (!entry.trusted_for) return true;
  return purpose.empty() ? !entry.trusted_for->empty() : Names(*entry.trusted_for, purpose);
}

RootSet::RootSet(TrustEntries read)
    : crls_(std::move(read.crls)), troubles_(std::move(read.troubles)) {
  entries_.reserve(read.entries.size());  // the keys below are views into it
  std::unordered_map<std::string_view, size_t> present;
  for (TrustEntry& entry : read.entries) {
    const auto found = present.find(TextOf(entry.der));
    if (found != present.end()) {
      Merge(std::move(entry), found->second);
      continue;
    }
    entries_.push_back(std::move(entry));
    present.emplace(TextOf(entries_.back().der), entries_.size() - 1);
  }
  certificates_.resize(entries_.size());
  has_intermediates_ = std::any_of(entries_.begin(), entries_.end(), [](const TrustEntry& entry) {
    return entry.role == EntryRole::kIntermediate;
  });
  has_ends_ = std::any_of(entries_.begin(), entries_.end(),
                          [](const TrustEntry& entry) { return entry.distrust_after.has_value(); });
}

void RootSet::Merge(TrustEntry entry, size_t present) {
  TrustEntry& kept = entries_[present];
  if (kept.distrusted_for.empty() && !entry.distrusted_for.empty()) kept.source = entry.source;
  Append(entry.distrusted_for, &kept.distrusted_for);
  if (!kept.distrust_after) kept.distrust_after = std::move(entry.distrust_after);
  if (entry.role != kept.role) {
    if (entry.role != EntryRole::kAnchor) return;
    kept.role = EntryRole::kAnchor;
    kept.trusted_for = std::move(entry.trusted_for);
    return;
  }
  if (!entry.trusted_for) return;
  if (kept.trusted_for) {
    Append(*entry.trusted_for, &*kept.trusted_for);
  } else {
    kept.trusted_for = std::move(entry.trusted_for);
  }
}

X509* RootSet::Certificate(size_t index) const {
  const std::lock_guard lock(mutex_);
  X509Ptr& certificate = certificates_[index];
  if (!certificate) certificate = Decode(entries_[index]);
  return certificate.get();
}

void RootSet::PrepareNames() const {
  const openssl::ErrorMark mark;
  const std::lock_guard lock(mutex_);
  if (has_names_) return;
  for (size_t i = 0; i < entries_.size(); ++i) {
    X509NamePtr name = SubjectOf(entries_[i]);
    if (name) names_.push_back({std::move(name), i});
  }
  std::stable_sort(names_.begin(), names_.end(), [](const NamedEntry& a, const NamedEntry& b) {
    return X509_NAME_cmp(a.name.get(), b.name.get()) < 0;
  });
  has_names_ = true;
}

std::vector<size_t> RootSet::WithSubject(const X509_NAME* name) const {
  PrepareNames();
  auto at = std::lower_bound(names_.begin(), names_.end(), name,
                             [](const NamedEntry& entry, const X509_NAME* wanted) {
                               return X509_NAME_cmp(entry.name.get(), wanted) < 0;
                             });
  std::vector<size_t> found;
  for (; at != names_.end() && X509_NAME_cmp(at->name.get(), name) == 0; ++at) {
    found.push_back(at->index);
  }
  return found;
}

Result<std::vector<Fingerprint>> RootSet::Fingerprints() const {
  const std::lock_guard lock(mutex_);
  if (!fingerprints_.empty()) return fingerprints_;
  std::vector<Fingerprint> taken;
  for (const TrustEntry& entry : entries_) {
    if (!FingerprintOf(entry.der, &taken) ||
        (HasSettings(entry) && !FingerprintOf(SettingsOf(entry), &taken))) {
      return CaptureError("the trusted certificates could not be hashed");
    }
  }
  for (const Bytes& crl : crls_) {
    if (!FingerprintOf(crl, &taken))
      return CaptureError("the revocation lists could not be hashed");
  }
  fingerprints_ = taken;
  return taken;
}

}  // namespace hermetic::trust
