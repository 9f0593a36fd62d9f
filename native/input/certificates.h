// Certificates and revocation lists from PEM, DER and PKCS#7.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "native/base/bytes.h"
#include "native/base/error.h"
#include "native/input/content.h"
#include "native/openssl/ptr.h"

namespace hermetic::input {

// ReadingFailure is why a reading stopped.
struct ReadingFailure {
  // OpenSSL's, in its own form: "[PEM: BAD_END_LINE] bad end line". Without library and reason
  // where OpenSSL has given none.
  Error error;
  // Where and how the input is damaged, without the name of the input: "holds a certificate that
  // cannot be read (block 2): its END line is missing".
  std::string remark;
  // Whether nothing that is wanted was found.
  bool is_empty = false;
};

// CertificateReading is what an input holds up to its end, or to the first damage.
struct CertificateReading {
  std::vector<openssl::X509Ptr> certificates;
  std::vector<openssl::X509CrlPtr> crls;
  // False where the format gives no order, as PKCS#7.
  bool is_ordered = true;
  // How many pieces of DER follow one another; 0 for PEM.
  size_t num_pieces = 0;
  std::optional<ReadingFailure> failure;
};

// ReadCertificates reads everything in `bytes`: PEM with any number of blocks, of which those with
// other labels and the text between them are ignored; or DER, one or more after the other. `wanted`
// is kCertificate, which ignores revocation lists, or kTrust. Input with nothing wanted is a
// failure.
CertificateReading ReadCertificates(ByteView bytes, Wanted wanted);

}  // namespace hermetic::input
