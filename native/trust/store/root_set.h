// RootSet holds everything that was read from all places, each certificate once. Certificates stay
// DER until they are needed, and are then decoded once per process.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "native/base/result.h"
#include "native/openssl/ptr.h"
#include "native/trust/store/fingerprint.h"
#include "native/trust/system_roots.h"

namespace hermetic::trust {

// Names returns whether the list contains the purpose, or any purpose.
bool Names(const Purposes& purposes, std::string_view purpose);

// IsTrustedFor returns whether a chain may use the entry for the purpose; an empty purpose means
// any. IsDistrustedFor returns whether a chain that contains it must be refused.
bool IsTrustedFor(const TrustEntry& entry, std::string_view purpose);
bool IsDistrustedFor(const TrustEntry& entry, std::string_view purpose);

// All functions may be called from any thread at any time.
class RootSet {
 public:
  // Merges the entries as described in system_roots.h, and keeps the rest unchanged.
  explicit RootSet(TrustEntries read);

  const std::vector<TrustEntry>& entries() const { return entries_; }
  bool has_intermediates() const { return has_intermediates_; }
  // Whether any entry has a DistrustAfter.
  bool has_ends() const { return has_ends_; }
  const std::vector<Bytes>& crls() const { return crls_; }
  const std::vector<Trouble>& troubles() const { return troubles_; }

  // Certificate returns the decoded entry `index`, with its purposes as OpenSSL's trust settings,
  // or null if it cannot be decoded. It belongs to the set.
  X509* Certificate(size_t index) const;

  // WithSubject returns the indices of the entries with that name.
  std::vector<size_t> WithSubject(const X509_NAME* name) const;

  // Fingerprints returns the fingerprints of all certificates, and of their settings, if any. They
  // identify the set.
  Result<std::vector<Fingerprint>> Fingerprints() const;

  // PrepareNames does the work of the first WithSubject now.
  void PrepareNames() const;

 private:
  struct NamedEntry {
    openssl::X509NamePtr name;
    size_t index;
  };

  void Merge(TrustEntry entry, size_t present);

  std::vector<TrustEntry> entries_;
  bool has_intermediates_ = false;
  bool has_ends_ = false;
  std::vector<Bytes> crls_;
  std::vector<Trouble> troubles_;

  mutable std::mutex mutex_;  // guards the members below, which are filled on demand
  mutable std::vector<openssl::X509Ptr> certificates_;
  mutable std::vector<NamedEntry> names_;  // sorted
  mutable bool has_names_ = false;
  mutable std::vector<Fingerprint> fingerprints_;
};

}  // namespace hermetic::trust
