// Certificates and revocation lists from PEM and DER into a store.
#pragma once

#include <string>

#include "native/openssl/bytes.h"
#include "native/openssl/ptr.h"
#include "native/openssl/result.h"

namespace hermetic::trust {

// LoadPemFile adds every certificate and revocation list of a PEM file and returns how many there
// were. Text between them is ignored, and so is one that the store has already.
openssl::Result<size_t> LoadPemFile(X509_STORE* store, const std::string& file);
// NoCertificateIn is the error for a caller to whom a file without any is one.
openssl::Error NoCertificateIn(const std::string& file);

// LoadPemText adds every certificate of a PEM text; LoadDer those of concatenated DER. Both fail
// when there is none, and LoadDer when something else follows; what was added before stays (Python:
// SSLContext.load_verify_locations, cadata).
openssl::Status LoadPemText(X509_STORE* store, openssl::ByteView text);
openssl::Status LoadDer(X509_STORE* store, openssl::ByteView der);

}  // namespace hermetic::trust
