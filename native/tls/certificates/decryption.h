// Decryption with a password, in steps, so that a derivation or a cipher that OpenSSL refuses is
// not mistaken for a wrong password.
#pragma once

#include <openssl/x509.h>

#include <cstddef>
#include <optional>
#include <string>

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/openssl/secure_bytes.h"
#include "native/tls/certificates/encryption.h"

namespace hermetic::tls {

// A password as OpenSSL takes it: null (no password) and empty are different.
struct Password {
  const char* characters = nullptr;
  int len = 0;
};

// Decrypt returns the plaintext, or nothing if the decryption fails because the password is wrong
// or the ciphertext damaged. A wrong password may also give meaningless bytes. Every other failure
// is an error that names the algorithm. Call CheckEncryption before.
Result<std::optional<openssl::SecureBytes>> Decrypt(const X509_ALGOR* algorithm,
                                                    ByteView ciphertext, const Password& password,
                                                    const Encrypted& what);

inline ByteView BytesOf(const ASN1_OCTET_STRING* octets) {
  return {ASN1_STRING_get0_data(octets), static_cast<size_t>(ASN1_STRING_length(octets))};
}

// NoteOfLineBreak returns a remark for a wrong password that ends in a line break, as one read from
// a file often does. Returns an empty string for any other password.
std::string NoteOfLineBreak(ByteView password);

}  // namespace hermetic::tls
