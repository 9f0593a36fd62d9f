// See key_rules.h.
#include "native/tls/certificates/key_rules.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/tls/certificates/spki.h"
#include "native/tls/connection/complaint.h"
#include "native/trust/store/distrusted.h"

namespace hermetic::tls {
namespace {

// A key that cannot be read must not pass.
constexpr Complaint kUnreadable = {X509_V_ERR_UNSPECIFIED, 0, ComplaintBy::kOpenssl};

int NumToCheck(const STACK_OF(X509) * chain, bool checks_all) {
  return checks_all ? sk_X509_num(chain) : std::min(sk_X509_num(chain), 1);
}

void Append(ByteView part, Bytes* out) {
  const auto size = static_cast<uint64_t>(part.size());
  const auto* begin = reinterpret_cast<const uint8_t*>(&size);
  out->insert(out->end(), begin, begin + sizeof(size));
  out->insert(out->end(), part.begin(), part.end());
}

}  // namespace

const std::shared_ptr<const SpkiSet>& NoKeys() {
  static const std::shared_ptr<const SpkiSet> kNoKeys = std::make_shared<const SpkiSet>();
  return kNoKeys;
}

bool KeyDemands::AreKept(const KeyRules& made, bool verified, bool verifies) const {
  const bool is_comparable = verified == verifies && !made.pinned->empty();
  return std::ranges::all_of(rules_, [&](const KeyRules& wanted) {
    if (!made.distrusted->Includes(*wanted.distrusted)) return false;
    return wanted.pinned->empty() || (is_comparable && wanted.pinned->Includes(*made.pinned));
  });
}

std::optional<Complaint> KeyDemands::FindDistrusted(const STACK_OF(X509) * chain,
                                                    bool verifies) const {
  const ByteView table = trust::DistrustedKeys();
  if (rules_[0].distrusted->empty() && rules_[1].distrusted->empty() && table.empty()) return {};
  for (int depth = 0; depth < NumToCheck(chain, verifies); ++depth) {
    const Result<SpkiHash> hash = HashSpki(sk_X509_value(chain, depth));
    if (!hash.ok()) return kUnreadable;
    const bool is_distrusted = rules_[0].distrusted->Contains(hash.value()) ||
                               rules_[1].distrusted->Contains(hash.value()) ||
                               (verifies && trust::IsDistrustedKey(hash.value()));
    if (is_distrusted) return Complaint{X509_V_ERR_CERT_REJECTED, depth, ComplaintBy::kDistrusted};
  }
  return {};
}

std::optional<Complaint> KeyDemands::FindUnpinned(const STACK_OF(X509) * chain,
                                                  bool is_verified) const {
  std::array<bool, 2> is_kept = {rules_[0].pinned->empty(), rules_[1].pinned->empty()};
  for (int depth = 0; depth < NumToCheck(chain, is_verified); ++depth) {
    if (is_kept[0] && is_kept[1]) return {};
    const Result<SpkiHash> hash = HashSpki(sk_X509_value(chain, depth));
    if (!hash.ok()) return kUnreadable;
    for (size_t i = 0; i < is_kept.size(); ++i) {
      is_kept[i] = is_kept[i] || rules_[i].pinned->Contains(hash.value());
    }
  }
  if (is_kept[0] && is_kept[1]) return {};
  return Complaint{X509_V_ERR_APPLICATION_VERIFICATION, 0, ComplaintBy::kPins};
}

Bytes KeyDemands::Encode() const {
  Bytes encoded;
  if (empty() && trust::DistrustedKeys().empty()) return encoded;
  for (const KeyRules& rules : rules_) {
    Append(rules.distrusted->bytes(), &encoded);
    Append(rules.pinned->bytes(), &encoded);
  }
  Append(trust::DistrustedKeys(), &encoded);
  return encoded;
}

}  // namespace hermetic::tls
