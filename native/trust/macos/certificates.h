// The certificates known to macOS, with their trust settings, as entries (system_roots.h). Like
// settings.h it does not use Apple's frameworks.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>
#include <vector>

#include "native/base/bytes.h"
#include "native/trust/macos/settings.h"
#include "native/trust/system_roots.h"

namespace hermetic::trust::macos {

// SourceOf returns the domain's name as users know it; kNumDomains stands for the keychains.
const char* SourceOf(size_t domain);

// Certificates collects certificates, each once.
class Certificates {
 public:
  // Add adds a certificate of a keychain; AddSettings adds one with a domain's settings for it.
  void Add(Bytes der);
  void AddSettings(Bytes der, size_t domain, std::vector<TrustSetting> settings);

  bool empty() const { return known_.empty(); }

  // MoveTo returns anchors, distrusted certificates, and authorities that may complete a chain. It
  // omits self-signed certificates without settings, and certificates that OpenSSL cannot decode.
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
