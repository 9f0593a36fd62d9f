// See certificate_set.h.
#include "native/tls/certificates/certificate_set.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "native/base/error.h"
#include "native/base/result.h"
#include "native/openssl/error.h"
#include "native/tls/certificates/chain_strength.h"
#include "native/tls/certificates/identity.h"

namespace hermetic::tls {
namespace {

using openssl::CaptureError;
using openssl::CaptureErrorAbout;

constexpr int kReplaces = 1;

bool UseOn(SSL_CTX* ctx, const Identity& identity) {
  return SSL_CTX_use_cert_and_key(ctx, identity.leaf.get(), identity.key.get(),
                                  identity.intermediates.get(), kReplaces) == 1;
}

// Makes the error from OpenSSL's error queue.
Error Refused(const Identity& identity, int security_level) {
  const std::string why = WhyTooWeak(identity, security_level);
  return CaptureErrorAbout(identity.name + " cannot be used" + (why.empty() ? "" : ": " + why));
}

// A client shows the last one if nothing else decides.
Status GiveAll(SSL* ssl, const std::vector<IdentityPtr>& identities) {
  SSL_certs_clear(ssl);
  for (const IdentityPtr& identity : identities) {
    if (SSL_use_cert_and_key(ssl, identity->leaf.get(), identity->key.get(),
                             identity->intermediates.get(), kReplaces) != 1) {
      return Refused(*identity, SSL_get_security_level(ssl));
    }
  }
  return Ok();
}

auto HasKind(const std::string& kind) {
  return [&kind](const IdentityPtr& identity) { return identity->kind == kind; };
}

Status CheckKinds(const std::vector<IdentityPtr>& identities) {
  for (auto second = identities.begin(); second != identities.end(); ++second) {
    const auto first = std::find_if(identities.begin(), second, HasKind((*second)->kind));
    if (first == second) continue;
    return ValueError((*first)->name + " and " + (*second)->name + " both have a key of kind " +
                      (*second)->kind + ": a context shows one chain for each kind");
  }
  return Ok();
}

void Insert(std::vector<std::string>* kinds, const std::string& kind) {
  if (std::find(kinds->begin(), kinds->end(), kind) == kinds->end()) kinds->push_back(kind);
}

}  // namespace

Status CertificateSet::Add(SSL_CTX* ctx, IdentityPtr identity) {
  if (!UseOn(ctx, *identity)) return Refused(*identity, SSL_CTX_get_security_level(ctx));
  Insert(&copied_kinds_, identity->kind);
  std::erase_if(identities_, HasKind(identity->kind));
  identities_.push_back(std::move(identity));
  return Ok();
}

Status CertificateSet::Replace(SSL_CTX* ctx, std::vector<IdentityPtr> identities) {
  Status checked = CheckKinds(identities);
  if (!checked.ok()) return checked;
  // Identities that the context's rules refuse, such as small keys, are found on another object
  // first.
  const openssl::SslPtr trial(SSL_new(ctx));
  if (!trial) return CaptureError("the certificates could not be tried");
  Status tried = GiveAll(trial.get(), identities);
  if (!tried.ok()) return tried;
  identities_ = std::move(identities);
  is_current_ = true;
  for (const IdentityPtr& identity : identities_) {
    is_current_ = UseOn(ctx, *identity) && is_current_;
    Insert(&copied_kinds_, identity->kind);
  }
  openssl::ClearErrors();
  return Ok();
}

Status CertificateSet::ApplyTo(SSL* ssl) const { return IsCopied() ? Ok() : GiveTo(ssl); }

bool CertificateSet::SignsFast() const {
  return std::ranges::all_of(identities_, &Identity::signs_fast);
}

Status CertificateSet::GiveTo(SSL* ssl) const { return GiveAll(ssl, identities_); }

}  // namespace hermetic::tls
