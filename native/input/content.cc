// See content.h.
#include "native/input/content.h"

#include <openssl/pkcs7.h>
#include <openssl/x509.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>

#include "native/base/bytes.h"
#include "native/input/der.h"
#include "native/openssl/error.h"
#include "native/openssl/ptr.h"

namespace hermetic::input {
namespace {

struct Label {
  std::string_view text;
  Content content;
};

constexpr Label kLabels[] = {
    {"CERTIFICATE", Content::kCertificate},
    {"X509 CERTIFICATE", Content::kCertificate},
    {"TRUSTED CERTIFICATE", Content::kCertificate},
    {"X509 CRL", Content::kRevocationList},
    {"CRL", Content::kRevocationList},
    {"PKCS7", Content::kPkcs7},
    {"PKCS #7 SIGNED DATA", Content::kPkcs7},
    {"CMS", Content::kPkcs7},
    {"PKCS12", Content::kPkcs12},
    {"PRIVATE KEY", Content::kPrivateKey},
    {"ENCRYPTED PRIVATE KEY", Content::kPrivateKey},
    {"RSA PRIVATE KEY", Content::kPrivateKey},
    {"EC PRIVATE KEY", Content::kPrivateKey},
    {"DSA PRIVATE KEY", Content::kPrivateKey},
    {"ANY PRIVATE KEY", Content::kPrivateKey},
    {"OPENSSH PRIVATE KEY", Content::kOpensshKey},
    {"PUBLIC KEY", Content::kPublicKey},
    {"RSA PUBLIC KEY", Content::kPublicKey},
    {"SSH2 PUBLIC KEY", Content::kPublicKey},
    {"CERTIFICATE REQUEST", Content::kRequest},
    {"NEW CERTIFICATE REQUEST", Content::kRequest},
    {"DH PARAMETERS", Content::kDhParameters},
    {"X9.42 DH PARAMETERS", Content::kDhParameters},
    {"EC PARAMETERS", Content::kEcParameters},
    {"PGP MESSAGE", Content::kOpenpgp},
    {"PGP PUBLIC KEY BLOCK", Content::kOpenpgp},
    {"PGP PRIVATE KEY BLOCK", Content::kOpenpgp},
    {"PGP SIGNED MESSAGE", Content::kOpenpgp},
};

// Decodes returns whether one of OpenSSL's d2i functions accepts the bytes.
template <typename Ptr, typename Decode>
bool Decodes(ByteView der, Decode decode) {
  const unsigned char* position = der.data();
  const Ptr decoded(decode(nullptr, &position, static_cast<long>(der.size())));
  return decoded != nullptr;
}

const char* RemedyOf(Wanted wanted, Content content) {
  const bool wants_key = wanted == Wanted::kPrivateKey;
  switch (content) {
    case Content::kCertificate:
      return wants_key ? ": are cert and key swapped?" : "";
    case Content::kPrivateKey:
      return wanted == Wanted::kCertificate ? ": are cert and key swapped?" : "";
    case Content::kOpensshKey:
      return wants_key
                 ? ": ssh-keygen -p -m PKCS8 -f FILE rewrites the file as PKCS#8, if the key is "
                   "not Ed25519"
                 : "";
    case Content::kPublicKey:
      return wants_key ? ": the private key is in another file" : "";
    case Content::kRequest:
      return wants_key ? ": the private key is in another file"
                       : ": use the certificate that the authority issued for it";
    case Content::kRevocationList:
      return wanted == Wanted::kCertificate ? ": loadVerifyLocations takes it" : "";
    case Content::kPkcs12:
      return wanted == Wanted::kTrust
                 ? ": openssl pkcs12 -in FILE -nokeys -out ca.pem writes its certificates as PEM"
             : wants_key ? ", which has a certificate of its own: give it as pfx"
                         : ", which has a key of its own: give it as pfx";
    default:
      return "";
  }
}

}  // namespace

Content ContentOfLabel(std::string_view label) {
  const auto* found = std::find_if(std::begin(kLabels), std::end(kLabels),
                                   [&](const Label& known) { return known.text == label; });
  return found == std::end(kLabels) ? Content::kUnknown : found->content;
}

Content ContentOfDer(ByteView der) {
  const openssl::ErrorMark mark;
  if (IsPkcs12(der)) return Content::kPkcs12;
  if (Decodes<openssl::X509Ptr>(der, d2i_X509)) return Content::kCertificate;
  if (Decodes<openssl::X509CrlPtr>(der, d2i_X509_CRL)) return Content::kRevocationList;
  if (Decodes<openssl::X509ReqPtr>(der, d2i_X509_REQ)) return Content::kRequest;
  if (Decodes<openssl::Pkcs8Ptr>(der, d2i_PKCS8_PRIV_KEY_INFO)) return Content::kPrivateKey;
  if (Decodes<openssl::PkeyPtr>(der, d2i_AutoPrivateKey)) return Content::kPrivateKey;
  if (Decodes<openssl::X509SigPtr>(der, d2i_X509_SIG)) return Content::kPrivateKey;
  if (Decodes<openssl::PkeyPtr>(der, d2i_PUBKEY)) return Content::kPublicKey;
  if (Decodes<openssl::Pkcs7Ptr>(der, d2i_PKCS7)) return Content::kPkcs7;
  return Content::kUnknown;
}

bool Takes(Wanted wanted, Content content) {
  switch (wanted) {
    case Wanted::kCertificate:
      return content == Content::kCertificate || content == Content::kPkcs7;
    case Wanted::kTrust:
      return content == Content::kCertificate || content == Content::kPkcs7 ||
             content == Content::kRevocationList;
    case Wanted::kPrivateKey:
      return content == Content::kPrivateKey;
    case Wanted::kDhParameters:
      return content == Content::kDhParameters;
    case Wanted::kPkcs12:
      return content == Content::kPkcs12;
  }
  return false;
}

const char* NameOf(Content content) {
  switch (content) {
    case Content::kUnknown:
      return "something else";
    case Content::kCertificate:
      return "a certificate";
    case Content::kRevocationList:
      return "a revocation list";
    case Content::kPkcs7:
      return "PKCS#7";
    case Content::kPkcs12:
      return "PKCS#12";
    case Content::kPrivateKey:
      return "a private key";
    case Content::kOpensshKey:
      return "a private key in OpenSSH's own format";
    case Content::kPublicKey:
      return "a public key alone";
    case Content::kRequest:
      return "a certificate signing request";
    case Content::kDhParameters:
      return "DH parameters";
    case Content::kEcParameters:
      return "the parameters of an elliptic curve alone";
    case Content::kOpenpgp:
      return "OpenPGP data";
  }
  return "";
}

const char* NounOf(Wanted wanted) {
  switch (wanted) {
    case Wanted::kCertificate:
      return "certificate";
    case Wanted::kTrust:
      return "certificate or revocation list";
    case Wanted::kPrivateKey:
      return "private key";
    case Wanted::kDhParameters:
      return "DH parameters";
    case Wanted::kPkcs12:
      return "PKCS#12";
  }
  return "";
}

const char* ExampleLabel(Wanted wanted) {
  switch (wanted) {
    case Wanted::kCertificate:
    case Wanted::kTrust:
      return "CERTIFICATE";
    case Wanted::kPrivateKey:
      return "PRIVATE KEY";
    case Wanted::kDhParameters:
      return "DH PARAMETERS";
    case Wanted::kPkcs12:
      return nullptr;
  }
  return nullptr;
}

std::string Misfit(Wanted wanted, Content content) {
  return std::string("holds no ") + NounOf(wanted) + " but " + NameOf(content) +
         RemedyOf(wanted, content);
}

}  // namespace hermetic::input
