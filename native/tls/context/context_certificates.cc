// The certificates that a context shows.
#include <utility>
#include <vector>

#include "native/base/result.h"
#include "native/tls/certificates/identity.h"
#include "native/tls/context/context.h"

namespace hermetic::tls {

Status Context::AddIdentity(IdentityPtr identity) {
  CertificatesChange();
  return certificates_.Add(native(), std::move(identity));
}

Status Context::ReplaceIdentities(std::vector<IdentityPtr> identities) {
  CertificatesChange();
  return certificates_.Replace(native(), std::move(identities));
}

}  // namespace hermetic::tls
