// Negotiated settings of a context: cipher suites and application protocols. Key exchange and
// signatures are in context_key_exchange.cc.
#include <openssl/objects.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/openssl/error.h"
#include "native/tls/context/context.h"

namespace hermetic::tls {
namespace {

using openssl::CaptureError;

std::string LongName(int nid) {
  const char* name = nid == NID_undef ? nullptr : OBJ_nid2ln(nid);
  return name == nullptr ? "" : name;
}

std::string Description(const SSL_CIPHER* cipher) {
  char text[256] = {};
  SSL_CIPHER_description(cipher, text, sizeof(text));
  std::string description = text;
  while (!description.empty() && description.back() == '\n') description.pop_back();
  return description;
}

CipherDescription Describe(const SSL_CIPHER* cipher) {
  CipherDescription entry;
  entry.id = SSL_CIPHER_get_id(cipher);
  entry.name = SSL_CIPHER_get_name(cipher);
  entry.protocol = SSL_CIPHER_get_version(cipher);
  entry.description = Description(cipher);
  entry.strength_bits = SSL_CIPHER_get_bits(cipher, &entry.alg_bits);
  entry.aead = SSL_CIPHER_is_aead(cipher) == 1;
  entry.symmetric = LongName(SSL_CIPHER_get_cipher_nid(cipher));
  entry.digest = LongName(SSL_CIPHER_get_digest_nid(cipher));
  entry.kea = LongName(SSL_CIPHER_get_kx_nid(cipher));
  entry.auth = LongName(SSL_CIPHER_get_auth_nid(cipher));
  return entry;
}

}  // namespace

Status Context::SetCiphers(const std::string& list) {
  // A refused list would leave its security level behind, and no suite of TLS 1.2, so it is first
  // tried on another object.
  sessions_.SettingsChange();  // it may change the security level
  const openssl::SslPtr trial(SSL_new(native()));
  if (!trial || SSL_set_cipher_list(trial.get(), list.c_str()) != 1 ||
      SSL_CTX_set_cipher_list(native(), list.c_str()) != 1) {
    return openssl::SslError("No cipher can be selected.");
  }
  return Ok();
}

Status Context::SetCiphersuites(const std::string& list) {
  if (SSL_CTX_set_ciphersuites(native(), list.c_str()) != 1) {
    return openssl::SslError("No cipher suite can be selected.");
  }
  return Ok();
}

Result<std::vector<CipherDescription>> Context::Ciphers() const {
  // A connection's list is the effective one: it excludes suites that versions and security level
  // forbid.
  openssl::SslPtr ssl(SSL_new(native()));
  if (!ssl) return CaptureError("the ciphers could not be listed");
  STACK_OF(SSL_CIPHER)* ciphers = SSL_get_ciphers(ssl.get());
  std::vector<CipherDescription> list;
  list.reserve(static_cast<size_t>(std::max(0, sk_SSL_CIPHER_num(ciphers))));
  for (int i = 0; i < sk_SSL_CIPHER_num(ciphers); ++i) {
    list.push_back(Describe(sk_SSL_CIPHER_value(ciphers, i)));
  }
  return list;
}

Status Context::SetAlpnProtocols(ByteView protocols) {
  // Unlike most of OpenSSL this function returns 0 for success.
  if (SSL_CTX_set_alpn_protos(native(), protocols.data(),
                              static_cast<unsigned>(protocols.size())) != 0) {
    return CaptureError("the ALPN protocols could not be set");
  }
  alpn_protocols_.assign(protocols.begin(), protocols.end());
  return Ok();
}

}  // namespace hermetic::tls
