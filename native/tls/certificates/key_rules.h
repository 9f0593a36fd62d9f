// A context's rules about the keys in a peer's chain, in addition to what it trusts: keys that a
// chain must not contain, and keys of which it must contain at least one (pins, RFC 7469, 2.6).
#pragma once

#include <array>
#include <memory>
#include <optional>

#include "native/base/bytes.h"
#include "native/openssl/ptr.h"
#include "native/tls/certificates/spki.h"
#include "native/tls/connection/complaint.h"

namespace hermetic::tls {

// NoKeys returns the empty set, shared.
const std::shared_ptr<const SpkiSet>& NoKeys();

// KeyRules are one context's rules at one time; a connection keeps the rules that it was made with.
struct KeyRules {
  std::shared_ptr<const SpkiSet> distrusted = NoKeys();
  std::shared_ptr<const SpkiSet> pinned = NoKeys();
  bool empty() const { return distrusted->empty() && pinned->empty(); }
};

// KeyDemands are the rules in force for a connection: those of the context that it was made with,
// and those of the context that it has gone over to.
class KeyDemands {
 public:
  void SetFirst(const KeyRules& rules) { rules_[0] = rules; }
  void SetPresent(const KeyRules& rules) { rules_[1] = rules; }
  bool empty() const { return rules_[0].empty() && rules_[1].empty(); }
  const KeyRules& first() const { return rules_[0]; }
  // AreKept returns whether a peer that satisfied `made` is known to satisfy these rules as well.
  // `verified` and `verifies` say whether chains were and are verified; if they are not, pins are
  // compared with the leaf only.
  bool AreKept(const KeyRules& made, bool verified, bool verifies) const;
  bool has_pins() const { return !rules_[0].pinned->empty() || !rules_[1].pinned->empty(); }

  // FindDistrusted returns the first certificate whose key is distrusted. It searches the whole
  // chain, also by the built-in table; if chains are not verified, only the leaf, by the
  // applications' lists.
  std::optional<Complaint> FindDistrusted(const STACK_OF(X509) * chain, bool verifies) const;
  // FindUnpinned returns a complaint if there are pins and the chain has no pinned key. In a chain
  // that did not verify only the leaf has proved possession of its key.
  std::optional<Complaint> FindUnpinned(const STACK_OF(X509) * chain, bool is_verified) const;
  // Encode returns different bytes for different rules, and no bytes for no rules.
  Bytes Encode() const;

 private:
  std::array<KeyRules, 2> rules_;
};

}  // namespace hermetic::tls
