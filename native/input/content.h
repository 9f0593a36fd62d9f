// Kinds of content in certificate files, and the kinds that an argument accepts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "native/base/bytes.h"

namespace hermetic::input {

enum class Content : uint8_t {
  kUnknown,
  kCertificate,
  kRevocationList,
  kPkcs7,
  kPkcs12,
  kPrivateKey,
  kOpensshKey,
  kPublicKey,
  kRequest,
  kDhParameters,
  kEcParameters,
  kOpenpgp,
};

// Wanted is the content that an argument accepts.
enum class Wanted : uint8_t {
  kCertificate,  // PKCS#7 too
  kTrust,        // certificates and revocation lists, PKCS#7 too
  kPrivateKey,
  kDhParameters,
  kPkcs12,
};

// ContentOfLabel returns the content that a label of PEM announces ("PRIVATE KEY").
Content ContentOfLabel(std::string_view label);

// ContentOfDer returns the content that the bytes decode as.
Content ContentOfDer(ByteView der);

// Takes returns whether an argument that wants `wanted` accepts the content.
bool Takes(Wanted wanted, Content content);

// NameOf returns a noun with its article: "a certificate".
const char* NameOf(Content content);

// NounOf returns the noun that follows "no": "certificate".
const char* NounOf(Wanted wanted);

// ExampleLabel returns the usual PEM label of the wanted content; null for PKCS#12, which is never
// PEM.
const char* ExampleLabel(Wanted wanted);

// Misfit returns the reason why readable content is refused, and the remedy: "holds no private key
// but a certificate: are cert and key swapped?".
std::string Misfit(Wanted wanted, Content content);

}  // namespace hermetic::input
