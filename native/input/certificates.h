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

// ReadingFailure is the reason why a reading stopped.
struct ReadingFailure {
  // OpenSSL's error in its own form: "[PEM: BAD_END_LINE] bad end line". Without library and reason
  // if OpenSSL did not give any.
  Error error;
  // The place and kind of the damage, without the name of the input: "holds a certificate that
  // cannot be read (block 2): its END line is missing".
  std::string remark;
  // Whether the input has no wanted content.
  bool is_empty = false;
};

// CertificateReading is the content of an input up to its end, or to the first damage.
struct CertificateReading {
  std::vector<openssl::X509Ptr> certificates;
  std::vector<openssl::X509CrlPtr> crls;
  // False if the format has no order, as in PKCS#7.
  bool is_ordered = true;
  // The number of consecutive pieces of DER; 0 for PEM.
  size_t num_pieces = 0;
  std::optional<ReadingFailure> failure;
};

// ReadCertificates reads everything in `bytes`: PEM with any number of blocks, ignoring blocks with
// other labels and the text between them; or DER, one or more objects in sequence. `wanted` is
// kCertificate, which ignores revocation lists, or kTrust. Input without wanted content is a
// failure.
CertificateReading ReadCertificates(ByteView bytes, Wanted wanted);

}  // namespace hermetic::input
