// Certificate chains in PEM, DER and PKCS#7: read, decoded, described, verified, trusted.
#include <string>
#include <vector>

#include "native/tls/certificates/certificate.h"
#include "native/tls/certificates/certificate_input.h"
#include "native/tls/certificates/certificate_names.h"
#include "native/tls/certificates/explain_chain.h"
#include "native/tls/certificates/spki.h"
#include "native/tls/context/context.h"
#include "test/fuzz/support/identities.h"
#include "test/fuzz/support/input.h"
#include "test/fuzz/support/target.h"

namespace hermetic::fuzz {
namespace {

void Look(const X509* certificate, Bytes* chain) {
  (void)tls::DecodeCertificate(certificate);
  (void)tls::DescribeCertificate(certificate);
  (void)tls::HashSpki(certificate);
  const auto der = tls::CertificateToDer(certificate);
  if (!der.ok()) return;
  (void)tls::CertificateFromDer(der.value());
  chain->insert(chain->end(), der.value().begin(), der.value().end());
}

void Trust(ByteView bytes) {
  const auto context = TrustingContext();
  for (const auto kind : {trust::DataKind::kText, trust::DataKind::kBytes})
    (void)context->trust().LoadData(Named("cadata", bytes), kind);
  (void)context->trust().Stats();
  (void)context->trust().CaCerts();
  (void)context->sessions().FingerprintOf(*context->sessions().settings());
}

}  // namespace

void TryInput(ByteView bytes) {
  constexpr uint8_t kTrust = 1;
  Input input(bytes);
  const uint8_t choice = input.TakeByte();
  const ByteView given = input.TakeRest();
  if ((choice & kTrust) != 0) Trust(given);
  const auto list = tls::ReadCertificates({Named("cert", given)});
  if (!list.ok()) return;
  Bytes chain;
  for (const openssl::X509Ptr& certificate : list.value().certificates)
    Look(certificate.get(), &chain);
  static const auto kContext = TrustingContext();
  (void)tls::ExplainChain(*kContext, chain, kHostname);
}

std::vector<Bytes> MakeSeeds() {
  const std::string& pem = TheIdentities().authority.certificate;
  Bytes seed = {1};
  seed.insert(seed.end(), pem.begin(), pem.end());
  return {std::move(seed)};
}

}  // namespace hermetic::fuzz
