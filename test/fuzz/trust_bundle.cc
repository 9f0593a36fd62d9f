// Bundles of trusted certificates, as platforms and p11-kit write them: PEM with purposes and
// distrust, merged into a set, looked up, made into a store.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "native/trust/files/read_bundle.h"
#include "native/trust/store/lazy_store.h"
#include "native/trust/store/root_set.h"
#include "native/trust/system_roots.h"
#include "test/fuzz/support/identities.h"
#include "test/fuzz/support/input.h"
#include "test/fuzz/support/target.h"

namespace hermetic::fuzz {
namespace {

using trust::RootSet;

const char* const kPurposes[] = {"", trust::kServerAuth, trust::kClientAuth, trust::kAnyPurpose};

void LookUp(const RootSet& set) {
  (void)set.Fingerprints();
  for (size_t i = 0; i < set.entries().size(); ++i) {
    X509* const certificate = set.Certificate(i);
    if (certificate == nullptr) continue;
    Require(!set.WithSubject(X509_get_subject_name(certificate)).empty(),
            "a certificate that can be decoded is found by its name");
  }
}

}  // namespace

void TryInput(ByteView bytes) {
  Input input(bytes);
  const uint8_t choice = input.TakeByte();
  const auto take = (choice & 4) != 0 ? trust::Take::kDistrusted : trust::Take::kAll;
  trust::TrustEntries read;
  trust::ReadPemText(input.TakeRest(), "bundle", take, &read);
  const auto set = std::make_shared<RootSet>(std::move(read));
  LookUp(*set);
  const std::string purpose = kPurposes[choice & 3];
  for (const trust::TrustEntry& entry : set->entries()) {
    Require(!(trust::IsTrustedFor(entry, purpose) && trust::IsDistrustedFor(entry, purpose)),
            "what is distrusted is not trusted");
  }
  const auto store = trust::MakeLazyStore({set, purpose, {}});
  if (store.ok()) (void)trust::AllObjects(store.value().get());
}

std::vector<Bytes> MakeSeeds() { return {}; }

}  // namespace hermetic::fuzz
