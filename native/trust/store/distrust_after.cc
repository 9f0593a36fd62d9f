// See distrust_after.h.
#include "native/trust/store/distrust_after.h"

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <optional>

#include "native/trust/store/lazy_store.h"
#include "native/trust/store/root_set.h"
#include "native/trust/system_roots.h"

namespace hermetic::trust {
namespace {

// Returns null if the platform has no such date for exactly this certificate.
const DistrustAfter* EndOf(const X509* certificate, const RootView& view) {
  for (const size_t index : view.set->WithSubject(X509_get_subject_name(certificate))) {
    const TrustEntry& entry = view.set->entries()[index];
    if (!entry.distrust_after) continue;
    const X509* known = view.set->Certificate(index);
    if (known != nullptr && X509_cmp(known, certificate) == 0) return &*entry.distrust_after;
  }
  return nullptr;
}

// A time that cannot be compared counts as later, so that fewer chains verify, never more.
bool WasIssuedAfter(int64_t time, const X509* certificate) {
  constexpr int64_t kLast = 32'535'215'999;  // the end of 3000: the limit of gmtime on Windows
  const auto end = static_cast<time_t>(std::clamp<int64_t>(time, 0, kLast));
  const int order = ASN1_TIME_cmp_time_t(X509_get0_notBefore(certificate), end);
  return order != 0 && order != -1;
}

}  // namespace

std::optional<int> FindEndedTrust(const STACK_OF(X509) * chain, const RootView& view) {
  if (!view.set->has_ends() || sk_X509_num(chain) == 0) return std::nullopt;
  const X509* leaf = sk_X509_value(chain, 0);
  for (int i = 1; i < sk_X509_num(chain); ++i) {
    const DistrustAfter* end = EndOf(sk_X509_value(chain, i), view);
    if (end != nullptr && Names(end->purposes, view.purpose) && WasIssuedAfter(end->time, leaf)) {
      return i;
    }
  }
  return std::nullopt;
}

}  // namespace hermetic::trust
