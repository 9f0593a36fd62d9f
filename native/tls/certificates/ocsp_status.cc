// See ocsp_status.h.
#include "native/tls/certificates/ocsp_status.h"

#include <openssl/ocsp.h>

#include <climits>
#include <optional>

#include "native/base/bytes.h"
#include "native/base/error.h"
#include "native/base/result.h"
#include "native/openssl/error.h"
#include "native/openssl/ptr.h"

namespace hermetic::tls {
namespace {

using openssl::OcspBasicPtr;
using openssl::OcspCertIdPtr;
using openssl::OcspResponsePtr;

constexpr double kSecondsPerDay = 86400;
constexpr long kClockSkew = 300;

// Returns nothing for a time that is absent or malformed.
std::optional<double> SecondsOf(const ASN1_TIME* time) {
  const openssl::Asn1TimePtr epoch(ASN1_TIME_set(nullptr, 0));
  int days = 0;
  int seconds = 0;
  if (time == nullptr || !epoch || ASN1_TIME_diff(&days, &seconds, epoch.get(), time) != 1)
    return std::nullopt;
  return days * kSecondsPerDay + seconds;
}

// Returns whether an entry is about the certificate. A responder chooses the digest of the names.
bool IsAbout(OCSP_SINGLERESP* entry, const X509* certificate, const X509* issuer) {
  auto* const id = const_cast<OCSP_CERTID*>(OCSP_SINGLERESP_get0_id(entry));
  ASN1_OBJECT* digest = nullptr;
  if (OCSP_id_get0_info(nullptr, &digest, nullptr, nullptr, id) != 1) return false;
  const EVP_MD* const md = EVP_get_digestbyobj(digest);
  if (md == nullptr) return false;
  const OcspCertIdPtr expected(OCSP_cert_to_id(md, certificate, issuer));
  return expected && OCSP_id_cmp(expected.get(), id) == 0;
}

OCSP_SINGLERESP* FindEntry(OCSP_BASICRESP* basic, const X509* certificate, const X509* issuer) {
  for (int i = 0; i < OCSP_resp_count(basic); ++i) {
    OCSP_SINGLERESP* const entry = OCSP_resp_get0(basic, i);
    if (IsAbout(entry, certificate, issuer)) return entry;
  }
  return nullptr;
}

// RFC 6960, 4.2.2.2. The issuer signs itself, or certifies a responder; it is trusted here although
// it may be no root, because the verification of the connection's chain judges it.
bool IsSigned(OCSP_BASICRESP* basic, X509* issuer) {
  const openssl::X509StorePtr store(X509_STORE_new());
  const openssl::X509StackPtr issuers(sk_X509_new_null());
  if (!store || !issuers || X509_STORE_add_cert(store.get(), issuer) != 1 ||
      X509_STORE_set_flags(store.get(), X509_V_FLAG_PARTIAL_CHAIN) != 1 ||
      X509_add_cert(issuers.get(), issuer, X509_ADD_FLAG_UP_REF) != 1)
    return false;
  return OCSP_basic_verify(basic, issuers.get(), store.get(), OCSP_TRUSTOTHER) == 1;
}

void ReadEntry(OCSP_SINGLERESP* entry, OcspStatus* out) {
  int reason = -1;
  ASN1_GENERALIZEDTIME* revoked = nullptr;
  ASN1_GENERALIZEDTIME* last = nullptr;
  ASN1_GENERALIZEDTIME* next = nullptr;
  out->status = OCSP_single_get0_status(entry, &reason, &revoked, &last, &next);
  if (reason >= 0) out->reason = reason;
  out->revoked_at = SecondsOf(revoked);
  out->this_update = SecondsOf(last);
  out->next_update = SecondsOf(next);
  out->is_current = OCSP_check_validity(last, next, kClockSkew, -1) == 1;
}

Result<OcspResponsePtr> Parse(ByteView der) {
  const unsigned char* next = der.data();
  OcspResponsePtr response(der.size() <= LONG_MAX
                               ? d2i_OCSP_RESPONSE(nullptr, &next, static_cast<long>(der.size()))
                               : nullptr);
  if (!response || next != der.data() + der.size()) {
    openssl::ClearErrors();
    return ValueError("the bytes are not an OCSP response in DER");
  }
  return response;
}

}  // namespace

Result<OcspStatus> ReadOcspStatus(ByteView der, X509* certificate, X509* issuer) {
  const openssl::ErrorScope scope;
  Result<OcspResponsePtr> response = Parse(der);
  if (!response.ok()) return response.error();
  OcspStatus status;
  status.response = OCSP_response_status(response->get());
  if (status.response != OCSP_RESPONSE_STATUS_SUCCESSFUL) return status;
  const OcspBasicPtr basic(OCSP_response_get1_basic(response->get()));
  if (!basic) {
    openssl::ClearErrors();
    return ValueError("the OCSP response is not of the basic type");
  }
  status.produced_at = SecondsOf(OCSP_resp_get0_produced_at(basic.get()));
  status.is_signed = IsSigned(basic.get(), issuer);
  OCSP_SINGLERESP* const entry = FindEntry(basic.get(), certificate, issuer);
  if (entry != nullptr) ReadEntry(entry, &status);
  return status;
}

}  // namespace hermetic::tls
