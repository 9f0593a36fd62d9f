// Making a context, and its plain settings. Those that connections negotiate are in
// context_suites.cc and context_key_exchange.cc.
#include "native/tls/context/context.h"

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "native/base/bytes.h"
#include "native/base/error.h"
#include "native/base/result.h"
#include "native/openssl/error.h"
#include "native/tls/certificates/certificate_compression.h"
#include "native/tls/certificates/identity.h"
#include "native/tls/connection/callbacks.h"

namespace hermetic::tls {
namespace {

using openssl::CaptureError;
using openssl::SslCtxPtr;

// The suites of Python's own build: forward secrecy, AEAD or CBC with AES, no SHA-1 (CPython,
// Modules/_ssl.c).
constexpr const char* kDefaultCiphers =
    "@SECLEVEL=2:ECDH+AESGCM:ECDH+CHACHA20:ECDH+AES:DHE+AES:!aNULL:!eNULL:!aDSS:!SHA1:!AESCCM";

constexpr int kMinimumSupported = -2;
constexpr int kMaximumSupported = -1;

struct VersionRange {
  int minimum;
  int maximum;  // 0: the highest
};

VersionRange DefaultRange(Protocol protocol) {
  switch (protocol) {
    case Protocol::kTls:
    case Protocol::kTlsClient:
    case Protocol::kTlsServer:
      break;
    case Protocol::kTlsV1:
      return {TLS1_VERSION, TLS1_VERSION};
    case Protocol::kTlsV1_1:
      return {TLS1_1_VERSION, TLS1_1_VERSION};
    case Protocol::kTlsV1_2:
      return {TLS1_2_VERSION, TLS1_2_VERSION};
  }
  return {TLS1_2_VERSION, 0};
}

const SSL_METHOD* MethodOf(Protocol protocol) {
  if (protocol == Protocol::kTlsClient) return TLS_client_method();
  if (protocol == Protocol::kTlsServer) return TLS_server_method();
  return TLS_method();
}

bool HasFixedVersion(Protocol protocol) {
  return protocol == Protocol::kTlsV1 || protocol == Protocol::kTlsV1_1 ||
         protocol == Protocol::kTlsV1_2;
}

bool IsTlsVersion(int version) {
  return version == kMinimumSupported || version == kMaximumSupported ||
         (version >= SSL3_VERSION && version <= TLS1_3_VERSION);
}

std::string Hex(int number) {
  char text[16];
  snprintf(text, sizeof(text), "0x%x", static_cast<unsigned>(number));
  return text;
}

}  // namespace

Context::Context(SslCtxPtr ctx, Protocol protocol)
    : ctx_(std::move(ctx)), protocol_(protocol), sessions_(this), trust_(ctx_.get(), &sessions_) {}

Result<std::shared_ptr<Context>> Context::Create(Protocol protocol) {
  DisableRecordCompression();
  const VersionRange range = DefaultRange(protocol);
  SslCtxPtr ctx(SSL_CTX_new(MethodOf(protocol)));
  if (!ctx) return CaptureError("the context could not be made");
  std::shared_ptr<Context> context(new Context(std::move(ctx), protocol));
  if (SSL_CTX_set_min_proto_version(context->native(), range.minimum) != 1 ||
      SSL_CTX_set_max_proto_version(context->native(), range.maximum) != 1) {
    return ValueError("this OpenSSL has no protocol " + std::to_string(static_cast<int>(protocol)));
  }
  Status applied = context->ApplyDefaults();
  if (!applied.ok()) return applied.error();
  return context;
}

Status Context::ApplyDefaults() {
  constexpr uint64_t kOptions = (SSL_OP_ALL & ~SSL_OP_DONT_INSERT_EMPTY_FRAGMENTS) |
                                SSL_OP_NO_SSLv3 | SSL_OP_NO_COMPRESSION |
                                SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_SINGLE_DH_USE |
                                SSL_OP_SINGLE_ECDH_USE | SSL_OP_ENABLE_MIDDLEBOX_COMPAT;
  SetOptions(kOptions);
  // OpenSSL would offer every algorithm.
  Status compressed = SetCertificateCompression({});
  if (!compressed.ok()) return compressed;
  // A write may be repeated from another address, because JavaScript's buffers move. AUTO_RETRY is
  // OpenSSL's own default.
  SSL_CTX_set_mode(native(), SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_AUTO_RETRY |
                                 SSL_MODE_RELEASE_BUFFERS);
  if (SSL_CTX_set_cipher_list(native(), kDefaultCiphers) != 1) {
    return CaptureError("No cipher can be selected.");
  }
  InstallCallbacks();
  return trust_.ApplyDefaults(protocol_ == Protocol::kTlsClient);
}

void Context::SetOptions(uint64_t options) {
  SSL_CTX_clear_options(native(), SSL_CTX_get_options(native()) & ~options);
  SSL_CTX_set_options(native(), options);
}

int Context::VersionBound(Bound bound) const {
  // A fixed version is not a range: these values say that nothing was set, as in Python.
  if (HasFixedVersion(protocol_))
    return bound == Bound::kMinimum ? kMinimumSupported : kMaximumSupported;
  if (bound == Bound::kMinimum) {
    const long version = SSL_CTX_get_min_proto_version(native());
    return version == 0 ? kMinimumSupported : static_cast<int>(version);
  }
  const long version = SSL_CTX_get_max_proto_version(native());
  return version == 0 ? kMaximumSupported : static_cast<int>(version);
}

Status Context::SetVersionBound(Bound bound, int version) {
  if (HasFixedVersion(protocol_)) {
    return ValueError(
        "The context's protocol doesn't support modification of highest and lowest version.");
  }
  if (!IsTlsVersion(version)) {
    return ValueError("Unsupported TLS/SSL version " + Hex(version));
  }
  const bool is_minimum = bound == Bound::kMinimum;
  int wanted = version;
  // The lower end of the maximum is the lowest supported version, and the upper end of the minimum
  // the highest.
  if (version == kMinimumSupported) wanted = is_minimum ? 0 : TLS1_VERSION;
  if (version == kMaximumSupported) wanted = is_minimum ? TLS1_3_VERSION : 0;
  const long set = is_minimum ? SSL_CTX_set_min_proto_version(native(), wanted)
                              : SSL_CTX_set_max_proto_version(native(), wanted);
  if (set != 1) return ValueError("Unsupported TLS/SSL version " + Hex(version));
  return Ok();
}

Status Context::SetNumTickets(size_t count) {
  if (protocol_ != Protocol::kTlsServer) {
    return ValueError("SSLContext is not a server context.");
  }
  if (SSL_CTX_set_num_tickets(native(), count) != 1)
    return ValueError("numTickets could not be set");
  return Ok();
}

Status Context::AddIdentity(IdentityPtr identity) {
  sessions_.CertificatesChange();
  Status added = certificates_.Add(native(), std::move(identity));
  compression_.KeepOnly(certificates_.identities());
  return added;
}

Status Context::ReplaceIdentities(std::vector<IdentityPtr> identities) {
  sessions_.CertificatesChange();
  Status replaced = certificates_.Replace(native(), std::move(identities));
  compression_.KeepOnly(certificates_.identities());
  return replaced;
}

Status Context::SetCertificateCompression(std::vector<int> algorithms) {
  return compression_.SetAlgorithms(native(), std::move(algorithms));
}

Status Context::AddCompressedChain(size_t index, int algorithm, ByteView compressed) {
  const std::vector<IdentityPtr>& identities = certificates_.identities();
  if (index >= identities.size()) return ValueError("the context has no such chain");
  const Result<Bytes> message = CertificateMessage(*identities[index]);
  if (!message.ok()) return message.error();
  return compression_.Add(identities[index], algorithm, compressed, message.value().size());
}

void Context::SetLogsKeys(bool logs) {
  SSL_CTX_set_keylog_callback(native(), logs ? KeyLogTrampoline : nullptr);
}

void Context::SetKeepsMessages(bool keeps) {
  SSL_CTX_set_msg_callback(native(), keeps ? MessageTrampoline : nullptr);
}

void Context::InstallCallbacks() {
  SSL_CTX_set_cert_verify_callback(native(), VerifyPeerTrampoline, nullptr);
  SSL_CTX_set_client_hello_cb(native(), ClientHelloTrampoline, nullptr);
  SSL_CTX_set_tlsext_servername_callback(native(), ServerNameTrampoline);
  SSL_CTX_set_alpn_select_cb(native(), AlpnTrampoline, this);
  SSL_CTX_set_tlsext_status_cb(native(), OcspTrampoline);
  SSL_CTX_set_info_callback(native(), InfoTrampoline);
}

}  // namespace hermetic::tls
