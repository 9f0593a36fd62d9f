// CertificateSet holds the identities of a context, one for each kind of key. The peer chooses
// among them by its signature algorithms.
#pragma once

#include <string>
#include <vector>

#include "native/base/result.h"
#include "native/openssl/ptr.h"
#include "native/tls/certificates/identity.h"

namespace hermetic::tls {

// The set is authoritative, and the SSL_CTX holds a copy with which connections begin. OpenSSL
// cannot remove a kind of key from an SSL_CTX, but can from an SSL. If the copy holds more than the
// set, each connection is therefore given the set.
class CertificateSet {
 public:
  // Add replaces the identity with the same kind of key. On failure nothing changes.
  Status Add(SSL_CTX* ctx, IdentityPtr identity);

  // Replace makes these identities the whole set. On failure nothing changes. Two identities with
  // the same kind of key are a value error. Existing connections keep their identities.
  Status Replace(SSL_CTX* ctx, std::vector<IdentityPtr> identities);

  // ApplyTo gives this set to a connection that was just made from the SSL_CTX, or moved to it.
  Status ApplyTo(SSL* ssl) const;

  // GiveTo gives this set to a connection of another context.
  Status GiveTo(SSL* ssl) const;

  const std::vector<IdentityPtr>& identities() const { return identities_; }

  // SignsFast returns whether a signature takes tens of microseconds, whichever identity is shown.
  bool SignsFast() const;

 private:
  // IsCopied returns whether the SSL_CTX holds exactly the set.
  bool IsCopied() const { return is_current_ && copied_kinds_.size() == identities_.size(); }

  std::vector<IdentityPtr> identities_;
  std::vector<std::string> copied_kinds_;  // the kinds of key that the SSL_CTX has
  bool is_current_ = true;                 // false if memory ran out during the copy
};

}  // namespace hermetic::tls
