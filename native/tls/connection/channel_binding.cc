// See channel_binding.h.
#include "native/tls/connection/channel_binding.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "native/base/bytes.h"
#include "native/base/error.h"
#include "native/base/result.h"
#include "native/openssl/error.h"
#include "native/openssl/secure_bytes.h"
#include "native/tls/connection/connection.h"
#include "native/tls/connection/connection_info.h"

namespace hermetic::tls {
namespace {

using openssl::CaptureError;
using openssl::SecureBytes;

using Binding = Result<std::optional<Bytes>>;

Binding None() { return std::optional<Bytes>(); }
Binding Some(Bytes bytes) { return std::optional<Bytes>(std::move(bytes)); }

// Returns the hash of the certificate's own signature, with SHA-256 in place of MD5 and SHA-1 (RFC
// 5929, 4.1), or null if the signature does not have one.
const EVP_MD* EndPointHash(X509* certificate) {
  int hash = NID_undef;
  if (X509_get_signature_info(certificate, &hash, nullptr, nullptr, nullptr) != 1) return nullptr;
  if (hash == NID_md5 || hash == NID_sha1 || hash == NID_md5_sha1) return EVP_sha256();
  return hash == NID_undef ? nullptr : EVP_get_digestbynid(hash);
}

openssl::X509Ptr ServerCertificate(const Connection& connection) {
  if (!connection.is_server()) return PeerCertificate(connection);
  if (SSL_session_reused(connection.native()) == 1) return nullptr;
  X509* const shown = SSL_get_certificate(connection.native());
  if (shown == nullptr || X509_up_ref(shown) != 1) return nullptr;
  return openssl::X509Ptr(shown);
}

}  // namespace

Binding TlsUnique(const Connection& connection) {
  SSL* const ssl = connection.native();
  if (!connection.IsHandshakeDone() || SSL_version(ssl) >= TLS1_3_VERSION) return None();
  // When a session without the extended master secret is resumed, an attacker between two
  // connections can give both the same Finished messages (RFC 7627, 1).
  const bool is_resumed = SSL_session_reused(ssl) == 1;
  if (is_resumed && SSL_get_extms_support(ssl) != 1) return None();
  // The client's Finished is the first one, except when a session is resumed.
  const bool is_ours_first = is_resumed == connection.is_server();
  std::array<uint8_t, EVP_MAX_MD_SIZE> finished = {};
  const size_t len = is_ours_first ? SSL_get_finished(ssl, finished.data(), finished.size())
                                   : SSL_get_peer_finished(ssl, finished.data(), finished.size());
  if (len == 0) return None();
  return Some(Bytes(finished.data(), finished.data() + len));
}

Binding TlsServerEndPoint(const Connection& connection) {
  const openssl::ErrorScope scope;
  if (!connection.IsHandshakeDone()) return None();
  const openssl::X509Ptr certificate = ServerCertificate(connection);
  const EVP_MD* const hash = certificate ? EndPointHash(certificate.get()) : nullptr;
  if (hash == nullptr) return None();
  Bytes digest(EVP_MAX_MD_SIZE);
  unsigned int len = 0;
  if (X509_digest(certificate.get(), hash, digest.data(), &len) != 1)
    return CaptureError("the certificate could not be hashed");
  digest.resize(len);
  return Some(std::move(digest));
}

Binding TlsExporter(const Connection& connection) {
  constexpr size_t kLen = 32;
  constexpr const char* kLabel = "EXPORTER-Channel-Binding";
  SSL* const ssl = connection.native();
  if (!connection.IsHandshakeDone()) return None();
  const bool is_unique = SSL_version(ssl) >= TLS1_3_VERSION || SSL_get_extms_support(ssl) == 1;
  if (!is_unique) return None();
  Result<SecureBytes> exported = ExportKeyingMaterial(connection, kLen, kLabel, ByteView());
  if (!exported.ok()) return exported.error();
  return Some(Bytes(exported->begin(), exported->end()));
}

Result<SecureBytes> ExportKeyingMaterial(const Connection& connection, size_t len,
                                         const std::string& label,
                                         std::optional<ByteView> context) {
  const openssl::ErrorScope scope;
  if (!connection.IsHandshakeDone()) return ValueError("handshake not done yet");
  const ByteView bytes = context.value_or(ByteView());
  SecureBytes out(len);
  if (SSL_export_keying_material(connection.native(), out.data(), out.size(), label.data(),
                                 label.size(), bytes.data(), bytes.size(),
                                 context.has_value() ? 1 : 0) != 1) {
    return CaptureError("no keying material could be exported");
  }
  return out;
}

}  // namespace hermetic::tls
