// CertificateSet: the identities of a context, one for each kind of key, from which the peer
// chooses by its signature algorithms.
#pragma once

#include <string>
#include <vector>

#include "native/base/result.h"
#include "native/openssl/ptr.h"
#include "native/tls/certificates/identity.h"

namespace hermetic::tls {

// The set is the truth, and the SSL_CTX holds a copy for connections to begin with. OpenSSL has no
// way to take a kind of key out of an SSL_CTX, but one out of an SSL: where the copy holds more
// than the set, connections are given the set by itself.
class CertificateSet {
 public:
  // Add puts the identity in the place of the one with the same kind of key. On failure nothing
  // changes.
  Status Add(SSL_CTX* ctx, IdentityPtr identity);

  // Replace makes these the whole set, or changes nothing. Two with the same kind of key are a
  // value error. Connections that exist keep what they have.
  Status Replace(SSL_CTX* ctx, std::vector<IdentityPtr> identities);

  // ApplyTo has a connection that was just made from the SSL_CTX, or moved to it, show this set.
  Status ApplyTo(SSL* ssl) const;

  const std::vector<IdentityPtr>& identities() const { return identities_; }

 private:
  // IsCopied tells whether the SSL_CTX holds the set and no more.
  bool IsCopied() const { return is_current_ && copied_kinds_.size() == identities_.size(); }

  std::vector<IdentityPtr> identities_;
  std::vector<std::string> copied_kinds_;  // what the SSL_CTX has an identity of
  bool is_current_ = true;                 // false when memory ran out while it was copied
};

}  // namespace hermetic::tls
