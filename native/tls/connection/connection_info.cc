// See connection_info.h.
#include "native/tls/connection/connection_info.h"

#include <openssl/objects.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/tls/certificates/certificate.h"
#include "native/tls/connection/connection.h"
#include "native/tls/connection/peer_gate.h"

namespace hermetic::tls {
namespace {

using openssl::X509Ptr;

CipherTriple Describe(const SSL_CIPHER* cipher) {
  return {SSL_CIPHER_get_name(cipher), SSL_CIPHER_get_version(cipher),
          SSL_CIPHER_get_bits(cipher, nullptr)};
}

std::optional<std::string> Sigalg(const Connection& connection, bool is_own) {
  const char* name = nullptr;
  const long is_known = is_own ? SSL_get0_signature_name(connection.native(), &name)
                               : SSL_get0_peer_signature_name(connection.native(), &name);
  if (is_known != 1 || name == nullptr) return std::nullopt;
  return name;
}

Result<std::vector<Bytes>> Encode(const STACK_OF(X509) * chain) {
  std::vector<Bytes> encoded;
  for (int i = 0; i < sk_X509_num(chain); ++i) {
    Result<Bytes> der = CertificateToDer(sk_X509_value(chain, i));
    if (!der.ok()) return der.error();
    encoded.push_back(std::move(*der));
  }
  return encoded;
}

}  // namespace

std::optional<std::string> Version(const Connection& connection) {
  if (!connection.IsHandshakeDone()) return std::nullopt;
  return SSL_get_version(connection.native());
}

std::optional<CipherTriple> Cipher(const Connection& connection) {
  const SSL_CIPHER* cipher = SSL_get_current_cipher(connection.native());
  if (cipher == nullptr) return std::nullopt;
  return Describe(cipher);
}

std::optional<std::string> CipherStandardName(const Connection& connection) {
  const SSL_CIPHER* cipher = SSL_get_current_cipher(connection.native());
  const char* name = cipher == nullptr ? nullptr : SSL_CIPHER_standard_name(cipher);
  if (name == nullptr) return std::nullopt;
  return name;
}

std::optional<std::vector<CipherTriple>> SharedCiphers(const Connection& connection) {
  STACK_OF(SSL_CIPHER)* offered = SSL_get_client_ciphers(connection.native());
  const STACK_OF(SSL_CIPHER)* allowed = SSL_get_ciphers(connection.native());
  if (!connection.is_server() || offered == nullptr) return std::nullopt;
  std::vector<CipherTriple> shared;
  for (int i = 0; i < sk_SSL_CIPHER_num(allowed); ++i) {
    const SSL_CIPHER* cipher = sk_SSL_CIPHER_value(allowed, i);
    if (sk_SSL_CIPHER_find(offered, const_cast<SSL_CIPHER*>(cipher)) >= 0)
      shared.push_back(Describe(cipher));
  }
  return shared;
}

std::optional<std::string> Group(const Connection& connection) {
  if (!connection.IsHandshakeDone()) return std::nullopt;
  const char* name = SSL_get0_group_name(connection.native());
  if (name == nullptr) return std::nullopt;
  return name;
}

std::optional<std::string> ServerSigalg(const Connection& connection) {
  return Sigalg(connection, connection.is_server());
}

std::optional<std::string> ClientSigalg(const Connection& connection) {
  return Sigalg(connection, !connection.is_server());
}

std::optional<std::string> SelectedAlpnProtocol(const Connection& connection) {
  const unsigned char* protocol = nullptr;
  unsigned int len = 0;
  SSL_get0_alpn_selected(connection.native(), &protocol, &len);
  if (len == 0) return std::nullopt;
  return std::string(reinterpret_cast<const char*>(protocol), len);
}

X509Ptr PeerCertificate(const Connection& connection) {
  return X509Ptr(SSL_get1_peer_certificate(connection.native()));
}

bool ChecksPeer(const Connection& connection) {
  const bool verifies = connection.checks().verifies || connection.peer().observes();
  return verifies && !connection.peer().is_closed() &&
         SSL_get_verify_result(connection.native()) == X509_V_OK;
}

long VerifyCode(const Connection& connection) {
  SSL* const ssl = connection.native();
  if (!connection.IsHandshakeDone()) return X509_V_ERR_UNSPECIFIED;
  if (SSL_get0_peer_certificate(ssl) != nullptr) return SSL_get_verify_result(ssl);
  if (SSL_CIPHER_get_auth_nid(SSL_get_current_cipher(ssl)) == NID_auth_psk) return X509_V_OK;
  // In TLS 1.3 a pre-shared key counts as a session.
  const bool may_be_psk = SSL_version(ssl) == TLS1_3_VERSION && SSL_session_reused(ssl) == 1 &&
                          SSL_get_verify_result(ssl) != kNoCertificateShown;
  return may_be_psk ? X509_V_OK : X509_V_ERR_UNSPECIFIED;
}

std::optional<Bytes> OcspResponse(const Connection& connection) {
  if (connection.is_server()) return std::nullopt;
  const unsigned char* data = nullptr;
  const long len = SSL_get_tlsext_status_ocsp_resp(connection.native(), static_cast<void*>(&data));
  if (data == nullptr || len <= 0) return std::nullopt;
  return Bytes(data, data + len);
}

Result<std::vector<Bytes>> UnverifiedChain(const Connection& connection) {
  Result<std::vector<Bytes>> chain = Encode(SSL_get_peer_cert_chain(connection.native()));
  if (!chain.ok() || (!connection.is_server() && !chain->empty())) return chain;
  // On a server OpenSSL leaves the client's own certificate out of the chain, and a stored session
  // holds only the server's certificate.
  const X509Ptr leaf = PeerCertificate(connection);
  if (!leaf) return chain;
  Result<Bytes> der = CertificateToDer(leaf.get());
  if (!der.ok()) return der.error();
  chain->insert(chain->begin(), std::move(*der));
  return chain;
}

Result<std::vector<Bytes>> VerifiedChain(const Connection& connection) {
  // OpenSSL also keeps a chain whose verification failed and was ignored.
  return Encode(ChecksPeer(connection) ? SSL_get0_verified_chain(connection.native()) : nullptr);
}

}  // namespace hermetic::tls
