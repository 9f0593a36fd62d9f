// See settings.h.
#include "native/trust/windows/settings.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "native/base/bytes.h"
#include "native/trust/store/root_set.h"
#include "native/trust/system_roots.h"

namespace hermetic::trust::windows {
namespace {

void Append(const std::string& purpose, Purposes* out) {
  if (std::find(out->begin(), out->end(), purpose) == out->end()) out->push_back(purpose);
}

// Returns the entry of a single instance.
TrustEntry Alone(const Instance& instance, int64_t now) {
  TrustEntry entry{.der = {}, .source = instance.source, .trusted_for = instance.allowed};
  const Purposes everything = {kAnyPurpose};
  const bool is_withdrawn = instance.disallowed_since || instance.disallowed;
  if (is_withdrawn && instance.disallowed_since.value_or(now) <= now) {
    entry.distrusted_for = instance.disallowed.value_or(everything);
  }
  if (instance.not_before) {
    entry.distrust_after = {*instance.not_before, instance.not_before_usages.value_or(everything)};
  }
  return entry;
}

bool AllowsNothing(const TrustEntry& entry) {
  return Names(entry.distrusted_for, kAnyPurpose) ||
         (entry.trusted_for && entry.trusted_for->empty());
}

bool AllowsWithoutEnd(const TrustEntry& entry, const std::string& purpose) {
  return IsTrustedFor(entry, purpose) &&
         !(entry.distrust_after && Names(entry.distrust_after->purposes, purpose));
}

template <typename Allows>
Purposes AllowedByNone(const Purposes& purposes, const std::vector<TrustEntry>& all,
                       const Allows& allows) {
  Purposes left;
  for (const std::string& purpose : purposes) {
    const bool is_allowed = std::any_of(
        all.begin(), all.end(), [&](const TrustEntry& entry) { return allows(entry, purpose); });
    if (!is_allowed) Append(purpose, &left);
  }
  return left;
}

void AddAllowed(const TrustEntry& more, TrustEntry* out) {
  if (!more.trusted_for || !out->trusted_for) {
    out->trusted_for = std::nullopt;
    return;
  }
  for (const std::string& purpose : *more.trusted_for) Append(purpose, &*out->trusted_for);
}

// If there are several end dates, the last one counts.
void AddEnd(const DistrustAfter& end, const std::vector<TrustEntry>& all, TrustEntry* out) {
  Purposes ended = AllowedByNone(end.purposes, all, AllowsWithoutEnd);
  if (ended.empty()) return;
  if (out->distrust_after && out->distrust_after->time >= end.time) return;
  out->distrust_after = {end.time, std::move(ended)};
}

TrustEntry Together(const std::vector<TrustEntry>& all) {
  TrustEntry together = all.front();
  together.distrusted_for = {};
  together.distrust_after = {};
  for (const TrustEntry& entry : all) {
    AddAllowed(entry, &together);
    for (const std::string& purpose : AllowedByNone(entry.distrusted_for, all, IsTrustedFor)) {
      Append(purpose, &together.distrusted_for);
    }
    if (entry.distrust_after) AddEnd(*entry.distrust_after, all, &together);
  }
  return together;
}

}  // namespace

int64_t UnixTimeOf(uint64_t filetime) {
  constexpr uint64_t kTicksPerSecond = 10'000'000;
  constexpr int64_t kFrom1601To1970 = 11'644'473'600;
  return static_cast<int64_t>(filetime / kTicksPerSecond) - kFrom1601To1970;
}

TrustEntry EntryOf(Bytes der, EntryRole role, const std::vector<Instance>& instances, int64_t now) {
  std::vector<TrustEntry> all;
  all.reserve(instances.size());
  for (const Instance& instance : instances) all.push_back(Alone(instance, now));
  const auto useless = std::stable_partition(
      all.begin(), all.end(), [](const TrustEntry& entry) { return !AllowsNothing(entry); });
  if (useless != all.begin()) all.erase(useless, all.end());
  TrustEntry entry = Together(all);
  entry.der = std::move(der);
  entry.role = role;
  return entry;
}

}  // namespace hermetic::trust::windows
