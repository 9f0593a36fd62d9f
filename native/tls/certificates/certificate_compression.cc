// See certificate_compression.h.
#include "native/tls/certificates/certificate_compression.h"

#include <openssl/comp.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

#include "native/base/bytes.h"
#include "native/base/error.h"
#include "native/base/result.h"
#include "native/openssl/error.h"
#include "native/openssl/ptr.h"
#include "native/tls/certificates/identity.h"

namespace hermetic::tls {
namespace {

using openssl::CaptureError;

constexpr size_t kMaxLength = (size_t{1} << 24) - 1;  // of a field of three bytes

bool AppendLength(size_t len, Bytes* out) {
  if (len > kMaxLength) return false;
  for (const int shift : {16, 8, 0}) out->push_back(static_cast<uint8_t>(len >> shift));
  return true;
}

// Appends a CertificateEntry, whose extensions are empty.
bool AppendCertificate(X509* certificate, Bytes* out) {
  const int len = i2d_X509(certificate, nullptr);
  if (len <= 0 || !AppendLength(static_cast<size_t>(len), out)) return false;
  const size_t start = out->size();
  out->resize(start + static_cast<size_t>(len));
  uint8_t* end = out->data() + start;
  if (i2d_X509(certificate, &end) != len) return false;
  out->insert(out->end(), 2, 0);
  return true;
}

bool AppendChain(const Identity& identity, Bytes* out) {
  if (!AppendCertificate(identity.leaf.get(), out)) return false;
  const STACK_OF(X509)* const others = identity.intermediates.get();
  for (int i = 0; i < sk_X509_num(others); ++i) {
    if (!AppendCertificate(sk_X509_value(others, i), out)) return false;
  }
  return true;
}

#ifndef OPENSSL_NO_COMP
void RemoveRecordMethods() {
  STACK_OF(SSL_COMP)* const methods = SSL_COMP_get_compression_methods();
  while (sk_SSL_COMP_num(methods) > 0)
    openssl::OpensslMemoryPtr<SSL_COMP>(sk_SSL_COMP_pop(methods)).reset();
}
#endif

Status Prefer([[maybe_unused]] SSL* ssl, [[maybe_unused]] std::vector<int> algorithms) {
#ifndef OPENSSL_NO_COMP_ALG
  if (SSL_set1_cert_comp_preference(ssl, algorithms.data(), algorithms.size()) != 1)
    return CaptureError("the compression of certificates could not be set");
#endif
  return Ok();
}

}  // namespace

std::vector<int> CompressionAlgorithms() {
  return {
#ifndef OPENSSL_NO_ZLIB
      TLSEXT_comp_cert_zlib,
#endif
#ifndef OPENSSL_NO_BROTLI
      TLSEXT_comp_cert_brotli,
#endif
#ifndef OPENSSL_NO_ZSTD
      TLSEXT_comp_cert_zstd,
#endif
  };
}

void DisableRecordCompression() {
#ifndef OPENSSL_NO_COMP
  static std::once_flag once;
  std::call_once(once, RemoveRecordMethods);
#endif
}

Result<Bytes> CertificateMessage(const Identity& identity) {
  Bytes chain;
  Bytes message = {0};  // a server's certificate_request_context is empty
  if (!AppendChain(identity, &chain) || !AppendLength(chain.size(), &message))
    return CaptureError(identity.name + " cannot be compressed");
  message.insert(message.end(), chain.begin(), chain.end());
  return message;
}

Status CertificateCompression::SetAlgorithms([[maybe_unused]] SSL_CTX* ctx,
                                             std::vector<int> algorithms) {
#ifdef OPENSSL_NO_COMP_ALG
  if (!algorithms.empty()) return ValueError("this OpenSSL cannot decompress certificates");
#else
  // OpenSSL ignores an unknown algorithm among others.
  const std::vector<int> known = CompressionAlgorithms();
  const bool are_known = std::ranges::all_of(algorithms, [&known](int algorithm) {
    return std::ranges::find(known, algorithm) != known.end();
  });
  if (!are_known ||
      SSL_CTX_set1_cert_comp_preference(ctx, algorithms.data(), algorithms.size()) != 1)
    return ValueError("the algorithms must be different ones of this OpenSSL");
#endif
  algorithms_ = std::move(algorithms);
  chains_.clear();
  return Ok();
}

Status CertificateCompression::Add(const IdentityPtr& identity, int algorithm, ByteView compressed,
                                   size_t message_len) {
  if (std::ranges::find(algorithms_, algorithm) == algorithms_.end() || compressed.empty())
    return ValueError("a chain is compressed by one of the context's algorithms");
  std::erase_if(chains_, [&identity, algorithm](const Chain& chain) {
    return chain.identity == identity && chain.algorithm == algorithm;
  });
  chains_.push_back({identity, algorithm, {compressed.begin(), compressed.end()}, message_len});
  return Ok();
}

void CertificateCompression::KeepOnly(const std::vector<IdentityPtr>& identities) {
  std::erase_if(chains_, [&identities](const Chain& chain) {
    return std::ranges::find(identities, chain.identity) == identities.end();
  });
}

// A client's OpenSSL would compress its certificate itself, whenever a server accepts that, and
// fail without an encoder.
Status CertificateCompression::Begin(SSL* ssl) const {
  if (SSL_is_server(ssl) == 1) return GiveChains(ssl);
  SSL_set_options(ssl, SSL_OP_NO_TX_CERTIFICATE_COMPRESSION);
  return Ok();
}

Status CertificateCompression::TakeOver(SSL* ssl) const {
  Status preferred = Prefer(ssl, algorithms_);
  return preferred.ok() ? GiveChains(ssl) : preferred;
}

// These are kept by the SSL, not by the SSL_CTX, because an SSL_CTX would keep them for the next
// certificate with the same kind of key.
Status CertificateCompression::GiveChains([[maybe_unused]] SSL* ssl) const {
#ifndef OPENSSL_NO_COMP_ALG
  if (SSL_is_server(ssl) != 1) return Ok();
  for (const Chain& chain : chains_) {
    if (SSL_select_current_cert(ssl, chain.identity->leaf.get()) != 1 ||
        SSL_set1_compressed_cert(ssl, chain.algorithm,
                                 const_cast<uint8_t*>(chain.compressed.data()),
                                 chain.compressed.size(), chain.message_len) != 1)
      return CaptureError(chain.identity->name + " could not be set in its compressed form");
  }
#endif
  return Ok();
}

}  // namespace hermetic::tls
