// OpenSSL's callbacks. They are installed on every context and find their state in the SSL
// (Connection::Of). They do not run JavaScript: they read an answer that is already there, or stop
// the handshake so that the application can be asked.
#pragma once

#include <openssl/evp.h>
#include <openssl/ssl.h>

namespace hermetic::tls {

int ClientHelloTrampoline(SSL* ssl, int* out_alert, void* unused) noexcept;
int ServerNameTrampoline(SSL* ssl, int* out_alert, void* unused) noexcept;
int AlpnTrampoline(SSL* ssl, const unsigned char** out_protocol, unsigned char* out_len,
                   const unsigned char* offered, unsigned int offered_len, void* context) noexcept;
// OcspTrampoline gives a client the server's stored response. A client's application judges it
// after the handshake.
int OcspTrampoline(SSL* ssl, void* unused) noexcept;
// NewSessionTrampoline takes the session, and StoredSessionTrampoline returns a reference to the
// one that the application has given for this id.
int NewSessionTrampoline(SSL* ssl, SSL_SESSION* session) noexcept;
SSL_SESSION* StoredSessionTrampoline(SSL* ssl, const unsigned char* id, int id_len,
                                     int* out_copy) noexcept;
int TicketKeyTrampoline(SSL* ssl, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
                        EVP_MAC_CTX* mac, int is_encrypting) noexcept;
// InfoTrampoline counts the handshakes, which a client of TLS 1.2 can begin without end.
void InfoTrampoline(const SSL* ssl, int where, int value) noexcept;
// VerifyPeerTrampoline replaces X509_verify_cert, which calls VerifyTrampoline for every defect of
// the chain.
int VerifyPeerTrampoline(X509_STORE_CTX* store_ctx, void* unused) noexcept;
int VerifyTrampoline(int is_verified, X509_STORE_CTX* store_ctx) noexcept;
void MessageTrampoline(int is_sent, int version, int content_type, const void* data, size_t len,
                       SSL* ssl, void* unused) noexcept;
void KeyLogTrampoline(const SSL* ssl, const char* line) noexcept;

}  // namespace hermetic::tls
