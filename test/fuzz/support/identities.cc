// See identities.h.
#include "test/fuzz/support/identities.h"

#include <utility>

#include "native/base/bytes.h"
#include "test/fuzz/support/input.h"

namespace hermetic::fuzz {
namespace {

constexpr int kDays = 30;

tls::IdentityPtr IdentityOf(const tls::PemPair& pair) {
  tls::IdentitySource source;
  source.certificates = {Named("cert", ViewOf(pair.certificate))};
  source.key = Named("key", pair.key);
  return Value(tls::ReadIdentity(std::move(source)));
}

// The certificate of localhost without its purposes, which are those of a server.
tls::IdentityPtr ClientOf(const Identities& identities) {
  const auto client = std::make_shared<tls::Identity>();
  client->name = "client";
  client->kind = identities.localhost->kind;
  client->leaf.reset(X509_dup(identities.localhost->leaf.get()));
  const int at = X509_get_ext_by_NID(client->leaf.get(), NID_ext_key_usage, -1);
  const openssl::X509ExtensionPtr removed(X509_delete_ext(client->leaf.get(), at));
  Require(X509_sign(client->leaf.get(), identities.authority_identity->key.get(), EVP_sha256()) > 0,
          "the certificate of the client can be signed");
  client->intermediates.reset(sk_X509_new_null());
  EVP_PKEY_up_ref(identities.localhost->key.get());
  client->key.reset(identities.localhost->key.get());
  return client;
}

Identities Make() {
  Identities made;
  made.authority = Value(tls::MakeDevelopmentAuthority("fuzz authority", {}, kDays));
  made.authority_identity = IdentityOf(made.authority);
  made.localhost = IdentityOf(
      Value(tls::IssueDevelopmentCertificate(made.authority, {kHostname, "127.0.0.1"}, kDays)));
  made.client = ClientOf(made);
  return made;
}

}  // namespace

const Identities& TheIdentities() {
  static const Identities kMade = Make();
  return kMade;
}

void Must(const Status& status) {
  if (!status.ok()) Require(false, status.error().message.c_str());
}

std::shared_ptr<tls::Context> TrustingContext() {
  const auto context = Value(tls::Context::Create(tls::Protocol::kTlsClient));
  Must(context->trust().LoadData(Named("cadata", ViewOf(TheIdentities().authority.certificate)),
                                 trust::DataKind::kText));
  return context;
}

}  // namespace hermetic::fuzz
