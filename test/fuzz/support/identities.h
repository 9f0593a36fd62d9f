// An authority and certificates below it, made when the program starts.
#pragma once

#include <memory>
#include <string>

#include "native/openssl/ptr.h"
#include "native/tls/certificates/development_certificate.h"
#include "native/tls/certificates/identity.h"
#include "native/tls/context/context.h"

namespace hermetic::fuzz {

inline constexpr const char* kHostname = "localhost";

struct Identities {
  tls::PemPair authority;
  tls::IdentityPtr authority_identity;
  tls::IdentityPtr localhost;
  tls::IdentityPtr client;
};

const Identities& TheIdentities();

// Value returns the value, which must exist: the set-up of a target is not under test.
template <typename T>
T Value(Result<T> result);
void Must(const Status& status);

// A client's context that trusts the authority.
std::shared_ptr<tls::Context> TrustingContext();

}  // namespace hermetic::fuzz

#include "test/fuzz/support/target.h"

template <typename T>
T hermetic::fuzz::Value(Result<T> result) {
  if (!result.ok()) Require(false, result.error().message.c_str());
  return std::move(*result);
}
