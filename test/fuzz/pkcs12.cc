// PKCS#12 files, as loadCertChain reads them.
#include <utility>
#include <vector>

#include "native/tls/certificates/identity.h"
#include "native/tls/certificates/key_input.h"
#include "test/fuzz/support/input.h"
#include "test/fuzz/support/target.h"

namespace hermetic::fuzz {

void TryInput(ByteView bytes) {
  constexpr uint8_t kHasPassword = 1;
  constexpr uint8_t kAllowsLegacy = 2;
  Input input(bytes);
  const uint8_t choice = input.TakeByte();
  const ByteView pfx = input.TakeRest();
  tls::IdentitySource source;
  source.certificates = {Named("pfx", pfx)};
  source.allows_legacy = (choice & kAllowsLegacy) != 0;
  if ((choice & kHasPassword) != 0) {
    const ByteView password = ViewOf("secret");
    source.password.emplace(password.begin(), password.end());
  }
  (void)tls::IsPkcs12(pfx);
  const auto identity = tls::ReadPkcs12Identity(std::move(source));
  Require(
      !identity.ok() || identity.value() == nullptr ||
          X509_check_private_key(identity.value()->leaf.get(), identity.value()->key.get()) == 1,
      "the key belongs to the certificate");
}

std::vector<Bytes> MakeSeeds() { return {}; }

}  // namespace hermetic::fuzz
