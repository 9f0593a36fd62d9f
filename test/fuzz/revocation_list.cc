// Revocation lists, read and used: where the first byte asks for it the list is signed again, so
// that verification goes on behind the signature.
#include <openssl/pem.h>

#include <memory>
#include <utility>
#include <vector>

#include "native/openssl/pem_input.h"
#include "native/openssl/ptr.h"
#include "native/trust/files/read_bundle.h"
#include "native/trust/store/lazy_store.h"
#include "native/trust/store/root_set.h"
#include "test/fuzz/support/identities.h"
#include "test/fuzz/support/input.h"
#include "test/fuzz/support/target.h"

namespace hermetic::fuzz {
namespace {

Bytes ToPem(X509_CRL* crl) {
  const openssl::BioPtr text(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509_CRL(text.get(), crl);
  char* data = nullptr;
  const long len = BIO_get_mem_data(text.get(), &data);
  return {data, data + len};
}

// SignAgain returns nothing if the input is not a list in DER.
Bytes SignAgain(ByteView der) {
  const unsigned char* position = der.data();
  const openssl::X509CrlPtr crl(d2i_X509_CRL(nullptr, &position, static_cast<long>(der.size())));
  if (!crl) return {};
  const tls::Identity& authority = *TheIdentities().authority_identity;
  X509_CRL_set_issuer_name(crl.get(), X509_get_subject_name(authority.leaf.get()));
  if (X509_CRL_sign(crl.get(), authority.key.get(), EVP_sha256()) == 0) return {};
  return ToPem(crl.get());
}

// Verify returns whether the certificate of localhost passes with the store's lists.
bool Verify(X509_STORE* store) {
  const openssl::X509StoreCtxPtr verification(X509_STORE_CTX_new());
  X509* const leaf = TheIdentities().localhost->leaf.get();
  Require(X509_STORE_CTX_init(verification.get(), store, leaf, nullptr) == 1, "memory suffices");
  X509_STORE_CTX_set_flags(verification.get(), X509_V_FLAG_CRL_CHECK |
                                                   X509_V_FLAG_EXTENDED_CRL_SUPPORT |
                                                   X509_V_FLAG_USE_DELTAS);
  return X509_verify_cert(verification.get()) == 1;
}

}  // namespace

void TryInput(ByteView bytes) {
  constexpr uint8_t kSignsAgain = 1;
  Input input(bytes);
  const bool signs = (input.TakeByte() & kSignsAgain) != 0;
  const ByteView given = input.TakeRest();
  const Bytes pem = signs ? SignAgain(given) : Bytes(given.begin(), given.end());
  trust::TrustEntries read;
  trust::ReadPemText(ViewOf(TheIdentities().authority.certificate), "authority", trust::Take::kAll,
                     &read);
  trust::ReadPemText(pem, "list", trust::Take::kAll, &read);
  const bool has_lists = !read.crls.empty();
  const auto set = std::make_shared<trust::RootSet>(std::move(read));
  (void)set->Fingerprints();
  const auto store = trust::MakeLazyStore({set, "", {}});
  if (!store.ok()) return;
  (void)trust::AllObjects(store.value().get());
  const bool is_verified = Verify(store.value().get());
  Require(has_lists || !is_verified, "a certificate does not pass without the list that is asked");
}

std::vector<Bytes> MakeSeeds() { return {}; }

}  // namespace hermetic::fuzz
