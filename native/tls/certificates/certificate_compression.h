// CertificateCompression is how a context's connections compress certificates (RFC 8879). OpenSSL
// only decompresses here: the addon has no encoder, so that lib compresses each chain once, with
// the runtime's, and hands over the result.
#pragma once

#include <cstddef>
#include <vector>

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/openssl/ptr.h"
#include "native/tls/certificates/identity.h"

namespace hermetic::tls {

// CompressionAlgorithms returns the algorithms that this OpenSSL decodes, by the numbers of RFC
// 8879: zlib (1), brotli (2), zstd (3).
std::vector<int> CompressionAlgorithms();

// DisableRecordCompression removes the compression of records (CRIME), which an OpenSSL that
// decodes zlib has for TLS 1.2.
void DisableRecordCompression();

// CertificateMessage returns what is compressed: the content of a server's Certificate message (RFC
// 8446, 4.4.2) without extensions.
Result<Bytes> CertificateMessage(const Identity& identity);

class CertificateCompression {
 public:
  // SetAlgorithms sets the algorithms of new connections in order of preference, and forgets the
  // compressed chains. Without algorithms nothing is compressed. One that this OpenSSL does not
  // have, or that stands twice, is a value error.
  Status SetAlgorithms(SSL_CTX* ctx, std::vector<int> algorithms);

  // Add takes a chain's message, compressed by one of the algorithms, in place of an earlier one.
  // Another algorithm, or no bytes, are a value error.
  Status Add(const IdentityPtr& identity, int algorithm, ByteView compressed, size_t message_len);
  // KeepOnly forgets the compressed chains of other identities.
  void KeepOnly(const std::vector<IdentityPtr>& identities);

  // Begin prepares a new connection of the context, and TakeOver one that moved to the context
  // before anything was negotiated.
  Status Begin(SSL* ssl) const;
  Status TakeOver(SSL* ssl) const;
  // GiveChains gives the compressed chains to a server that has the identities.
  Status GiveChains(SSL* ssl) const;

 private:
  struct Chain {
    IdentityPtr identity;
    int algorithm;
    Bytes compressed;
    size_t message_len;
  };

  std::vector<int> algorithms_;
  std::vector<Chain> chains_;
};

}  // namespace hermetic::tls
