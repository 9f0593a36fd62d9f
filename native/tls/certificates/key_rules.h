// What a context says of the keys in a peer's chain, beside what it trusts: keys that no chain may
// have, and keys of which one has to be there (pins, RFC 7469, 2.6).
#pragma once

#include <array>
#include <memory>
#include <optional>

#include "native/base/bytes.h"
#include "native/openssl/ptr.h"
#include "native/tls/certificates/spki.h"
#include "native/tls/connection/complaint.h"

namespace hermetic::tls {

// NoKeys is the empty set, shared.
const std::shared_ptr<const SpkiSet>& NoKeys();

// KeyRules are one context's at a time; a connection keeps those that it was made with.
struct KeyRules {
  std::shared_ptr<const SpkiSet> distrusted = NoKeys();
  std::shared_ptr<const SpkiSet> pinned = NoKeys();
  bool empty() const { return distrusted->empty() && pinned->empty(); }
};

// KeyDemands are the rules in force for a connection: those of the context that it was made with,
// and those of the one that it has gone over to.
class KeyDemands {
 public:
  void SetFirst(const KeyRules& rules) { rules_[0] = rules; }
  void SetPresent(const KeyRules& rules) { rules_[1] = rules; }
  bool empty() const { return rules_[0].empty() && rules_[1].empty(); }
  const KeyRules& first() const { return rules_[0]; }
  // AreKept tells whether a peer that kept `made` is known to keep these as well. `verified` and
  // `verifies` tell whether chains were and are verified: pins are held against the leaf alone
  // where they are not.
  bool AreKept(const KeyRules& made, bool verified, bool verifies) const;
  bool has_pins() const { return !rules_[0].pinned->empty() || !rules_[1].pinned->empty(); }

  // FindDistrusted gives the first certificate whose key is distrusted: of the whole chain, by the
  // built-in table as well; of the leaf, by the applications' lists alone, where chains are not
  // verified.
  std::optional<Complaint> FindDistrusted(const STACK_OF(X509) * chain, bool verifies) const;
  // FindUnpinned gives a complaint where there are pins and none of them is there. Of a chain that
  // did not verify only the leaf has proved that it has its key.
  std::optional<Complaint> FindUnpinned(const STACK_OF(X509) * chain, bool is_verified) const;
  // Encode gives different bytes for different rules, and none for none.
  Bytes Encode() const;

 private:
  std::array<KeyRules, 2> rules_;
};

}  // namespace hermetic::tls
