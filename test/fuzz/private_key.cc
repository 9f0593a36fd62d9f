// Private keys in PEM and DER, encrypted or not, alone and with a certificate.
#include "native/tls/certificates/private_key.h"

#include <utility>
#include <vector>

#include "native/tls/certificates/identity.h"
#include "native/tls/certificates/key_input.h"
#include "test/fuzz/support/identities.h"
#include "test/fuzz/support/input.h"
#include "test/fuzz/support/target.h"

namespace hermetic::fuzz {

void TryInput(ByteView bytes) {
  constexpr uint8_t kHasPassword = 1;
  constexpr uint8_t kAllowsLegacy = 2;
  constexpr uint8_t kAlone = 4;
  Input input(bytes);
  const uint8_t choice = input.TakeByte();
  const ByteView key = input.TakeRest();
  (void)tls::HoldsPrivateKey(Named("key", key));
  tls::IdentitySource source;
  if ((choice & kHasPassword) != 0) {
    const ByteView password = ViewOf("secret");
    source.password.emplace(password.begin(), password.end());
  }
  if ((choice & kAlone) != 0) {
    (void)tls::ReadPrivateKey(Named("key", key), {source.password, nullptr});
    return;
  }
  source.allows_legacy = (choice & kAllowsLegacy) != 0;
  source.certificates = {Named("cert", ViewOf(TheIdentities().authority.certificate))};
  source.key = Named("key", key);
  (void)tls::ReadIdentity(std::move(source));
}

std::vector<Bytes> MakeSeeds() {
  const auto& key = TheIdentities().authority.key;
  Bytes seed = {0};
  seed.insert(seed.end(), key.begin(), key.end());
  return {std::move(seed)};
}

}  // namespace hermetic::fuzz
