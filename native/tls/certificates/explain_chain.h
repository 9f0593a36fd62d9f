// Verifies a chain outside of a connection, by a context's rules and rules about keys, and reports
// the root that anchors it or the reason why it does not verify.
#pragma once

#include <string>
#include <vector>

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/openssl/ptr.h"
#include "native/tls/certificates/failure_cause.h"
#include "native/tls/context/context.h"

namespace hermetic::tls {

struct ChainVerdict {
  long code = 0;        // X509_V_ERR_*, of the first failure
  std::string message;  // its text
  int depth = 0;        // of the certificate concerned; 0 is the leaf
  FailureCause cause;
  std::vector<openssl::X509Ptr> presented;
  std::vector<openssl::X509Ptr> chain;  // as far as it was built; the end of the chain is last
};

// ExplainChain verifies a server's chain, given as concatenated DER, leaf first, for a host name or
// an IP address; an empty name matches any. The purpose of a leaf that is itself an authority is
// ignored. Invalid DER is an error.
Result<ChainVerdict> ExplainChain(const Context& context, ByteView ders,
                                  const std::string& hostname);

}  // namespace hermetic::tls
