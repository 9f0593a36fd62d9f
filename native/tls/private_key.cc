// See private_key.h.
#include "native/tls/private_key.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/evperr.h>
#include <openssl/pem.h>
#include <openssl/sslerr.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "native/openssl/legacy_library.h"
#include "native/openssl/pem_input.h"
#include "native/tls/encryption.h"
#include "native/tls/key_input.h"

namespace hermetic::tls {
namespace {

using openssl::BioPtr;
using openssl::ByteView;
using openssl::Error;
using openssl::OpensslMemoryPtr;
using openssl::PkeyPtr;
using openssl::Result;
using openssl::SecureBytes;
using openssl::Status;

constexpr std::string_view kPrivateKey = "PRIVATE KEY";
constexpr std::string_view kPkcs8Encrypted = "ENCRYPTED PRIVATE KEY";

// A block of PEM: its label, its header lines and its bytes, a secret.
struct PemBlock {
  std::string label;
  std::string header;
  SecureBytes der;
};

// As in Python, whose errors say no more; what follows does.
Error PemError(const std::string& remark) {
  return openssl::RaisedError(ERR_LIB_SSL, ERR_R_PEM_LIB, remark);
}

Error WrongPassword(bool is_pem, const std::string& name) {
  const std::string remark = "the private key of " + name +
                             " could not be decrypted: the password is wrong, or the key damaged";
  return is_pem ? PemError(remark) : openssl::RaisedError(ERR_LIB_EVP, EVP_R_BAD_DECRYPT, remark);
}

// The first block with a private key, if there is one before anything that cannot be read.
std::optional<PemBlock> FindPrivateKey(ByteView pem) {
  Result<BioPtr> bio = openssl::MemoryOf(pem);
  if (!bio.ok()) return std::nullopt;
  for (;;) {
    char* label = nullptr;
    char* header = nullptr;
    unsigned char* data = nullptr;
    long len = 0;
    if (PEM_read_bio(bio->get(), &label, &header, &data, &len) != 1) break;
    const OpensslMemoryPtr<char> label_owner(label);
    const OpensslMemoryPtr<char> header_owner(header);
    const OpensslMemoryPtr<unsigned char> data_owner(data);
    PemBlock block{label, header, SecureBytes(data, data + len)};
    OPENSSL_cleanse(data, static_cast<size_t>(len));
    if (block.label.ends_with(kPrivateKey)) return block;
  }
  openssl::ClearErrors();
  return std::nullopt;
}

// The cipher of the older encrypted form (RFC 1421, 4.6.1.3); empty when there is none.
std::string CipherOf(const std::string& header) {
  constexpr std::string_view kField = "DEK-Info: ";
  const size_t field = header.find(kField);
  if (field == std::string::npos) return "";
  const size_t begin = field + kField.size();
  return header.substr(begin, header.find_first_of(", \r\n", begin) - begin);
}

int GivePassword(char* buffer, int size, int /*is_write*/, void* data) noexcept {
  const auto& password = *static_cast<const SecureBytes*>(data);
  if (password.size() > static_cast<size_t>(size)) return -1;
  std::copy(password.begin(), password.end(), buffer);
  return static_cast<int>(password.size());
}

Result<PkeyPtr> DecodeDer(ByteView der, const Error& failure) {
  const unsigned char* position = der.data();
  PkeyPtr key(d2i_AutoPrivateKey(nullptr, &position, static_cast<long>(der.size())));
  if (key) return key;
  openssl::ClearErrors();
  return failure;
}

// PEM_do_header takes no library context.
bool DecryptOldPem(PemBlock* block, const SecureBytes& password, OSSL_LIB_CTX* library) {
  const openssl::LibraryScope scope(library);
  EVP_CIPHER_INFO cipher = {};
  auto len = static_cast<long>(block->der.size());
  const bool is_open = PEM_get_EVP_CIPHER_INFO(block->header.data(), &cipher) == 1 &&
                       PEM_do_header(&cipher, block->der.data(), &len, GivePassword,
                                     const_cast<SecureBytes*>(&password)) == 1;
  if (is_open) block->der.resize(static_cast<size_t>(len));
  return is_open;
}

Result<PkeyPtr> OpenOldPem(PemBlock block, const NamedBytes& input, const Unlocking& unlocking) {
  Status checked =
      CheckCipher(CipherOf(block.header), unlocking.library, "the private key of " + input.name);
  if (!checked.ok()) return checked.error();
  if (!unlocking.password.has_value()) return PkeyPtr();
  if (!DecryptOldPem(&block, *unlocking.password, unlocking.library))
    return WrongPassword(true, input.name);
  return DecodeDer(block.der, WrongPassword(true, input.name));
}

Result<PkeyPtr> OpenPkcs8(const X509_SIG* envelope, const NamedBytes& input,
                          const Unlocking& unlocking) {
  const X509_ALGOR* algorithm = nullptr;
  X509_SIG_get0(envelope, &algorithm, nullptr);
  Status checked =
      CheckEncryption(algorithm, unlocking.library, "the private key of " + input.name);
  if (!checked.ok()) return checked.error();
  if (!unlocking.password.has_value()) return PkeyPtr();
  const SecureBytes& password = *unlocking.password;
  const openssl::Pkcs8Ptr content(PKCS8_decrypt_ex(
      envelope, CharsOf(password), static_cast<int>(password.size()), unlocking.library, nullptr));
  if (!content) return WrongPassword(!IsDer(input.bytes), input.name);
  PkeyPtr key(EVP_PKCS82PKEY(content.get()));
  if (!key) return openssl::CaptureErrorAbout("the private key of " + input.name);
  return key;
}

openssl::X509SigPtr EnvelopeOf(ByteView der) {
  const unsigned char* position = der.data();
  openssl::X509SigPtr envelope(d2i_X509_SIG(nullptr, &position, static_cast<long>(der.size())));
  openssl::ClearErrors();
  return envelope;
}

// Also what FindPrivateKey could not read: the errors are OpenSSL's.
Result<PkeyPtr> ReadPlainPem(const NamedBytes& input, bool holds_key) {
  Result<BioPtr> bio = openssl::MemoryOf(input.bytes);
  if (!bio.ok()) return bio.error();
  PkeyPtr key(PEM_read_bio_PrivateKey(bio->get(), nullptr, openssl::RefusePassword, nullptr));
  if (key) return key;
  return PemError(input.name + (holds_key ? " holds a private key that cannot be read"
                                          : " holds no private key (\"BEGIN PRIVATE KEY\")"));
}

Result<PkeyPtr> ReadPem(const NamedBytes& input, const Unlocking& unlocking) {
  std::optional<PemBlock> block = FindPrivateKey(input.bytes);
  if (block && block->label == kPkcs8Encrypted) {
    const openssl::X509SigPtr envelope = EnvelopeOf(block->der);
    if (envelope) return OpenPkcs8(envelope.get(), input, unlocking);
  }
  if (block && !CipherOf(block->header).empty())
    return OpenOldPem(std::move(*block), input, unlocking);
  return ReadPlainPem(input, block.has_value());
}

Error NoKey(const NamedBytes& input) {
  if (IsPkcs12(input.bytes)) {
    return openssl::SslError(input.name +
                             " is PKCS#12, which has a certificate of its own: give it as pfx");
  }
  return openssl::RaisedError(ERR_LIB_SSL, ERR_R_ASN1_LIB,
                              input.name + " holds no private key that can be read as DER");
}

}  // namespace

Result<PkeyPtr> ReadPrivateKey(const NamedBytes& input, const Unlocking& unlocking) {
  if (!IsDer(input.bytes)) return ReadPem(input, unlocking);
  const openssl::X509SigPtr envelope = EnvelopeOf(input.bytes);
  if (envelope) return OpenPkcs8(envelope.get(), input, unlocking);
  return DecodeDer(input.bytes, NoKey(input));
}

bool HoldsPrivateKey(ByteView pem) { return FindPrivateKey(pem).has_value(); }

}  // namespace hermetic::tls
