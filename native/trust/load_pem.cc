// See load_pem.h.
#include "native/trust/load_pem.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509err.h>

#include <cstddef>
#include <string>

#include "native/openssl/pem_input.h"
#include "native/trust/lazy_store.h"
#include "native/trust/read_file.h"

namespace hermetic::trust {
namespace {

using openssl::BioPtr;
using openssl::CaptureError;
using openssl::Error;
using openssl::Result;
using openssl::Status;
using openssl::X509InfoStackPtr;
using openssl::X509Ptr;

Status AddInfo(X509_STORE* store, const X509_INFO* info) {
  if (info->x509 != nullptr) {
    Status added = AddCertificate(store, info->x509);
    if (!added.ok()) return added;
  }
  if (info->crl != nullptr && X509_STORE_add_crl(store, info->crl) != 1) {
    return CaptureError("a revocation list could not be added");
  }
  return openssl::Ok();
}

// The entry that X509_load_cert_crl_file would leave behind, so that the error reads as in Python,
// and the file's name.
Error FileError(int reason, const std::string& file) {
  ERR_raise(ERR_LIB_X509, reason);
  Error error = CaptureError("");
  error.message += ": '" + file + "'";
  return error;
}

Error NoCertificate(const char* reason) {
  Error error;
  error.message = std::string(reason) + ": cadata does not contain a certificate";
  return error;
}

}  // namespace

Result<size_t> LoadPemFile(X509_STORE* store, const std::string& file) {
  const Result<openssl::Bytes> text = ReadFile(file);
  if (!text.ok()) return text.error();
  Result<BioPtr> bio = openssl::MemoryOf(text.value());
  if (!bio.ok()) return bio.error();
  X509InfoStackPtr infos(
      PEM_X509_INFO_read_bio(bio->get(), nullptr, openssl::RefusePassword, nullptr));
  if (!infos) return FileError(ERR_R_PEM_LIB, file);
  size_t count = 0;
  for (int i = 0; i < sk_X509_INFO_num(infos.get()); ++i) {
    const X509_INFO* info = sk_X509_INFO_value(infos.get(), i);
    Status added = AddInfo(store, info);
    if (!added.ok()) return added.error();
    count += (info->x509 != nullptr ? 1U : 0U) + (info->crl != nullptr ? 1U : 0U);
  }
  return count;
}

Error NoCertificateIn(const std::string& file) {
  return FileError(X509_R_NO_CERTIFICATE_OR_CRL_FOUND, file);
}

Status LoadPemText(X509_STORE* store, openssl::ByteView text) {
  Result<BioPtr> bio = openssl::MemoryOf(text);
  if (!bio.ok()) return bio.error();
  size_t count = 0;
  for (;; ++count) {
    X509Ptr certificate(PEM_read_bio_X509(bio->get(), nullptr, openssl::RefusePassword, nullptr));
    if (!certificate) break;
    Status added = AddCertificate(store, certificate.get());
    if (!added.ok()) return added;
  }
  const bool at_end = openssl::NewestIs(ERR_LIB_PEM, PEM_R_NO_START_LINE);
  if (at_end && count > 0) return openssl::Ok();
  if (at_end) return NoCertificate("no start line");
  return CaptureError("the certificate data could not be parsed");
}

Status LoadDer(X509_STORE* store, openssl::ByteView der) {
  const unsigned char* position = der.data();
  const unsigned char* const end = position + der.size();
  size_t count = 0;
  for (; position < end; ++count) {
    X509Ptr certificate(d2i_X509(nullptr, &position, static_cast<long>(end - position)));
    if (!certificate) break;
    Status added = AddCertificate(store, certificate.get());
    if (!added.ok()) return added;
  }
  if (position == end && count > 0) return openssl::Ok();
  if (count == 0) return NoCertificate("not enough data");
  return CaptureError("the certificate data could not be parsed");
}

}  // namespace hermetic::trust
