// See certificate_input.h.
#include "native/tls/certificate_input.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs7.h>
#include <openssl/sslerr.h>

#include <string>
#include <utility>
#include <vector>

#include "native/openssl/pem_input.h"
#include "native/tls/key_input.h"

namespace hermetic::tls {
namespace {

using openssl::BioPtr;
using openssl::CaptureError;
using openssl::Error;
using openssl::Ok;
using openssl::Result;
using openssl::Status;
using openssl::X509Ptr;

// The entry that SSL_CTX_use_certificate_chain_file would leave behind, so that the error begins as
// in Python.
Error PemError(const std::string& remark) {
  return openssl::RaisedError(ERR_LIB_SSL, ERR_R_PEM_LIB, remark);
}

Status AppendPkcs7(const PKCS7* pkcs7, const std::string& name, CertificateList* out) {
  const bool is_signed = PKCS7_type_is_signed(pkcs7) && pkcs7->d.sign != nullptr;
  STACK_OF(X509)* const stack = is_signed ? pkcs7->d.sign->cert : nullptr;
  for (int i = 0; i < sk_X509_num(stack); ++i) {
    X509* const certificate = sk_X509_value(stack, i);
    if (X509_up_ref(certificate) != 1) return CaptureError("out of memory");
    out->certificates.emplace_back(certificate);
  }
  out->is_ordered = false;
  if (sk_X509_num(stack) > 0) return Ok();
  return openssl::SslError(name + " is a PKCS#7 without certificates");
}

// The label of a block may be PKCS7, or CERTIFICATE as some programs write it.
Status AppendPkcs7Pem(const NamedBytes& input, CertificateList* out) {
  const bool holds_none = openssl::NewestIs(ERR_LIB_PEM, PEM_R_NO_START_LINE);
  Result<BioPtr> bio = openssl::MemoryOf(input.bytes);
  if (!bio.ok()) return bio.error();
  const openssl::Pkcs7Ptr pkcs7(
      PEM_read_bio_PKCS7(bio->get(), nullptr, openssl::RefusePassword, nullptr));
  if (pkcs7) return AppendPkcs7(pkcs7.get(), input.name, out);
  return PemError(input.name + (holds_none ? " holds no certificate (\"BEGIN CERTIFICATE\")"
                                           : " holds a certificate that cannot be read"));
}

Status AppendPem(const NamedBytes& input, CertificateList* out) {
  Result<BioPtr> bio = openssl::MemoryOf(input.bytes);
  if (!bio.ok()) return bio.error();
  X509Ptr next(PEM_read_bio_X509_AUX(bio->get(), nullptr, openssl::RefusePassword, nullptr));
  if (!next) return AppendPkcs7Pem(input, out);
  while (next) {
    out->certificates.push_back(std::move(next));
    next.reset(PEM_read_bio_X509(bio->get(), nullptr, openssl::RefusePassword, nullptr));
  }
  const size_t count = out->certificates.size();
  if (!openssl::NewestIs(ERR_LIB_PEM, PEM_R_NO_START_LINE)) {
    // In Python the leaf alone has an error of its own; that of the others is OpenSSL's.
    Error error = openssl::CaptureError("the certificate cannot be read");
    error.message += " (" + input.name + ": what follows its certificate " + std::to_string(count) +
                     " cannot be read)";
    return error;
  }
  openssl::ClearErrors();  // the end of the text
  return Ok();
}

Status AppendDer(const NamedBytes& input, CertificateList* out) {
  const unsigned char* position = input.bytes.data();
  const auto len = static_cast<long>(input.bytes.size());
  X509Ptr certificate(d2i_X509(nullptr, &position, len));
  if (certificate) {
    out->certificates.push_back(std::move(certificate));
    if (position == input.bytes.data() + len) return Ok();
    return openssl::RaisedError(
        ERR_LIB_SSL, ERR_R_ASN1_LIB,
        input.name + " goes on after its certificate: DER holds one; give several as an array");
  }
  if (IsPkcs12(input.bytes)) {
    return openssl::SslError(input.name +
                             " is PKCS#12, which has a key of its own: give it as pfx");
  }
  position = input.bytes.data();
  const openssl::Pkcs7Ptr pkcs7(d2i_PKCS7(nullptr, &position, len));
  if (pkcs7) return AppendPkcs7(pkcs7.get(), input.name, out);
  return openssl::RaisedError(ERR_LIB_SSL, ERR_R_ASN1_LIB,
                              input.name + " is no certificate that can be read as DER");
}

}  // namespace

Result<CertificateList> ReadCertificates(const std::vector<NamedBytes>& inputs) {
  CertificateList list;
  for (const NamedBytes& input : inputs) {
    Status appended = IsDer(input.bytes) ? AppendDer(input, &list) : AppendPem(input, &list);
    if (!appended.ok()) return appended.error();
  }
  return list;
}

}  // namespace hermetic::tls
