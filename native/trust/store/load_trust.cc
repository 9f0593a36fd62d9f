// See load_trust.h.
#include "native/trust/store/load_trust.h"

#include <openssl/err.h>
#include <openssl/x509err.h>

#include <string>

#include "native/base/bytes.h"
#include "native/base/error.h"
#include "native/base/result.h"
#include "native/input/certificates.h"
#include "native/input/content.h"
#include "native/input/der.h"
#include "native/input/named_bytes.h"
#include "native/openssl/error.h"
#include "native/trust/files/read_file.h"
#include "native/trust/store/lazy_store.h"

namespace hermetic::trust {
namespace {

using input::CertificateReading;
using input::ReadingFailure;
using input::Wanted;

Status AddAllOf(X509_STORE* store, const CertificateReading& reading) {
  for (const openssl::X509Ptr& certificate : reading.certificates) {
    Status added = AddCertificate(store, certificate.get());
    if (!added.ok()) return added;
  }
  for (const openssl::X509CrlPtr& crl : reading.crls) {
    if (X509_STORE_add_crl(store, crl.get()) != 1)
      return openssl::CaptureError("a revocation list could not be added");
  }
  return Ok();
}

// Makes the error from the entry that X509_load_cert_crl_file would leave behind, so that it reads
// as in Python.
Error FileError(const std::string& file, const ReadingFailure& failure, bool is_der) {
  const int damage = is_der ? ERR_R_ASN1_LIB : ERR_R_PEM_LIB;
  return openssl::RaisedError(ERR_LIB_X509,
                              failure.is_empty ? X509_R_NO_CERTIFICATE_OR_CRL_FOUND : damage,
                              "cafile '" + file + "' " + failure.remark);
}

Error DataError(const std::string& name, const ReadingFailure& failure, DataKind kind) {
  if (failure.is_empty) {
    const std::string reason = kind == DataKind::kText ? "no start line" : "not enough data";
    return openssl::SslError(reason + ": " + name + " does not contain a certificate: it " +
                             failure.remark);
  }
  Error error = failure.error;
  if (error.kind == ErrorKind::kOverflow) return error;
  const std::string remark = name + " " + failure.remark;
  error.message += error.message.empty() ? remark : ": " + remark;
  return error;
}

}  // namespace

Status LoadFile(X509_STORE* store, const std::string& file) {
  const Result<Bytes> bytes = ReadFile(file);
  if (!bytes.ok()) return bytes.error();
  const CertificateReading reading = input::ReadCertificates(bytes.value(), Wanted::kTrust);
  if (reading.failure) return FileError(file, *reading.failure, input::IsDer(bytes.value()));
  return AddAllOf(store, reading);
}

Status LoadData(X509_STORE* store, const input::NamedBytes& data, DataKind kind) {
  const CertificateReading reading = input::ReadCertificates(data.bytes, Wanted::kTrust);
  Status added = AddAllOf(store, reading);
  if (!added.ok() || !reading.failure) return added;
  return DataError(data.name, *reading.failure, kind);
}

}  // namespace hermetic::trust
