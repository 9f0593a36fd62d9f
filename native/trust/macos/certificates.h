// The certificates that macOS knows, with their trust settings, as entries (system_roots.h).
// Nothing of Apple's in here either.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>
#include <vector>

#include "native/base/bytes.h"
#include "native/trust/macos/settings.h"
#include "native/trust/system_roots.h"

namespace hermetic::trust::macos {

// SourceOf names a domain as users know it; kNumDomains stands for the keychains.
const char* SourceOf(size_t domain);

// Certificates collects them, each once.
class Certificates {
 public:
  // Add puts in one of a keychain, AddSettings one with what a domain says of it.
  void Add(Bytes der);
  void AddSettings(Bytes der, size_t domain, std::vector<TrustSetting> settings);

  bool empty() const { return known_.empty(); }

  // MoveTo hands over anchors, what is distrusted, and authorities that may complete a chain. A
  // self-signed certificate of which no settings say anything is left out, and so is what OpenSSL
  // cannot decode.
  void MoveTo(TrustEntries* out);

 private:
  struct Known {
    Bytes der;
    AllSettings settings;
  };

  Known& Of(Bytes der);

  std::vector<Known> known_;
  std::unordered_map<std::string, size_t> index_;  // by DER
};

}  // namespace hermetic::trust::macos
