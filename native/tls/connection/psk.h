// The functions that OpenSSL calls for pre-shared keys of TLS 1.2 and before (RFC 4279) and, with
// suites of SHA-256, of TLS 1.3 (RFC 8446, 4.2.11). It calls the same callbacks for both
// (SSL_CTX_set_psk_client_callback). They cannot stop a handshake, so the connection's Asker
// answers them.
#pragma once

#include <openssl/ssl.h>

namespace hermetic::tls {

unsigned int PskClientTrampoline(SSL* ssl, const char* hint, char* identity,
                                 unsigned int identity_size, unsigned char* key,
                                 unsigned int key_size) noexcept;
unsigned int PskServerTrampoline(SSL* ssl, const char* identity, unsigned char* key,
                                 unsigned int key_size) noexcept;
// PskFindTrampoline records the length of the identity, which OpenSSL does not pass to
// PskServerTrampoline.
int PskFindTrampoline(SSL* ssl, const unsigned char* identity, size_t identity_len,
                      SSL_SESSION** out_session) noexcept;

}  // namespace hermetic::tls
