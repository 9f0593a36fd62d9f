// Decrypting with a password, in steps, so that a derivation or a cipher that OpenSSL declines is
// not taken for a wrong password.
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

// Password is as OpenSSL takes it: null, which is no password, and an empty one are not the same.
struct Password {
  const char* characters = nullptr;
  int len = 0;
};

// Decrypt gives what was encrypted, or nothing where that does not come out whole: the password is
// wrong, or the ciphertext damaged. A wrong password may also give bytes that mean nothing. Every
// other failure is an error that names the algorithm. CheckEncryption has been called before.
Result<std::optional<openssl::SecureBytes>> Decrypt(const X509_ALGOR* algorithm,
                                                    ByteView ciphertext, const Password& password,
                                                    const Encrypted& what);

inline ByteView BytesOf(const ASN1_OCTET_STRING* octets) {
  return {ASN1_STRING_get0_data(octets), static_cast<size_t>(ASN1_STRING_length(octets))};
}

// NoteOfLineBreak is a remark for a password that is wrong and ends in a line break, as one read
// from a file often does. Empty for every other.
std::string NoteOfLineBreak(ByteView password);

}  // namespace hermetic::tls
