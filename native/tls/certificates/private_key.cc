// See private_key.h.
#include "native/tls/certificates/private_key.h"

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

#include "native/base/error.h"
#include "native/base/result.h"
#include "native/input/content.h"
#include "native/input/diagnosis.h"
#include "native/input/pem_reader.h"
#include "native/openssl/error.h"
#include "native/openssl/legacy_library.h"
#include "native/openssl/pem_input.h"
#include "native/openssl/secure_bytes.h"
#include "native/tls/certificates/decryption.h"
#include "native/tls/certificates/encryption.h"
#include "native/tls/certificates/key_input.h"
#include "native/tls/certificates/work_budget.h"

namespace hermetic::tls {
namespace {

using input::PemBlock;
using input::PemReader;
using openssl::BioPtr;
using openssl::PkeyPtr;
using openssl::SecureBytes;

constexpr std::string_view kPkcs8Encrypted = "ENCRYPTED PRIVATE KEY";

// The message begins as in Python, which says no more; the remark is ours.
Error PemError(const std::string& remark) {
  return openssl::RaisedError(ERR_LIB_SSL, ERR_R_PEM_LIB, remark);
}

Error WrongPassword(bool is_pem, const std::string& name, const SecureBytes& password) {
  const std::string remark = "the private key of " + name +
                             " could not be decrypted: the password is wrong" +
                             NoteOfLineBreak(password) + ", or the key damaged";
  return is_pem ? PemError(remark) : openssl::RaisedError(ERR_LIB_EVP, EVP_R_BAD_DECRYPT, remark);
}

// Makes the error from OpenSSL's error queue. `block` is null if PEM itself is broken.
Error Unreadable(const NamedBytes& input, size_t from, const PemBlock* block) {
  const std::string reason = openssl::FirstReason();
  openssl::ClearErrors();
  input::BrokenBlock broken = input::FindBroken(input.bytes, from);
  if (block != nullptr && broken.why.empty()) broken.why = input::WhyUndecodable(block->der);
  const bool is_known = broken.content != input::Content::kUnknown;
  return PemError(input.name + " holds " + (is_known ? input::NameOf(broken.content) : "a block") +
                  " that cannot be read" + (reason.empty() ? "" : " (" + reason + ")") +
                  (broken.why.empty() ? "" : ": " + broken.why));
}

bool IsPrivateKey(const std::string& label) {
  return label.ends_with("PRIVATE KEY") &&
         input::ContentOfLabel(label) != input::Content::kOpensshKey;
}

// Returns the first block with a private key.
Result<std::optional<PemBlock>> FindPrivateKey(const NamedBytes& input) {
  Result<PemReader> reader = PemReader::Create(input.bytes);
  if (!reader.ok()) return reader.error();
  for (;;) {
    PemBlock block;
    switch (reader->Next(&block)) {
      case PemReader::Outcome::kBlock:
        if (IsPrivateKey(block.label)) return {std::move(block)};
        break;
      case PemReader::Outcome::kBroken:
        return Unreadable(input, reader->begin(), nullptr);
      case PemReader::Outcome::kEnd:
        openssl::ClearErrors();
        return {std::nullopt};
    }
  }
}

// Returns the cipher of the older encrypted form (RFC 1421, 4.6.1.3), or an empty string without
// one.
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

// Returns null if it is not a private key.
PkeyPtr DecodeDer(ByteView der) {
  const unsigned char* position = der.data();
  PkeyPtr key(d2i_AutoPrivateKey(nullptr, &position, static_cast<long>(der.size())));
  openssl::ClearErrors();
  return key;
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
      CheckCipher(CipherOf(block.header), {"the private key of " + input.name, unlocking.library});
  if (!checked.ok()) return checked.error();
  if (!unlocking.password.has_value()) return PkeyPtr();
  const SecureBytes& password = *unlocking.password;
  PkeyPtr key;
  if (DecryptOldPem(&block, password, unlocking.library)) key = DecodeDer(block.der);
  if (!key) return WrongPassword(true, input.name, password);
  return key;
}

// Returns null if the bytes are not a PrivateKeyInfo.
openssl::Pkcs8Ptr DecodeContent(ByteView der) {
  const unsigned char* position = der.data();
  openssl::Pkcs8Ptr content(
      d2i_PKCS8_PRIV_KEY_INFO(nullptr, &position, static_cast<long>(der.size())));
  openssl::ClearErrors();
  return content;
}

Result<PkeyPtr> OpenPkcs8(const X509_SIG* envelope, const NamedBytes& input,
                          const Unlocking& unlocking) {
  const X509_ALGOR* algorithm = nullptr;
  const ASN1_OCTET_STRING* ciphertext = nullptr;
  X509_SIG_get0(envelope, &algorithm, &ciphertext);
  const Encrypted what = {"the private key of " + input.name, unlocking.library};
  WorkBudget budget(what.name);
  Status checked = CheckEncryption(algorithm, what, &budget);
  if (!checked.ok()) return checked.error();
  if (!unlocking.password.has_value()) return PkeyPtr();
  const SecureBytes& password = *unlocking.password;
  Result<std::optional<SecureBytes>> opened = Decrypt(
      algorithm, BytesOf(ciphertext), {CharsOf(password), static_cast<int>(password.size())}, what);
  if (!opened.ok()) return opened.error();
  const std::optional<SecureBytes>& clear = opened.value();
  const openssl::Pkcs8Ptr content(clear.has_value() ? DecodeContent(*clear) : nullptr);
  if (!content) return WrongPassword(!IsDer(input.bytes), input.name, password);
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

Result<PkeyPtr> ReadPlainPem(const NamedBytes& input, const PemBlock& block) {
  Result<BioPtr> bio = openssl::MemoryOf(input.bytes);
  if (!bio.ok()) return bio.error();
  PkeyPtr key(PEM_read_bio_PrivateKey(bio->get(), nullptr, openssl::RefusePassword, nullptr));
  if (key) return key;
  return Unreadable(input, 0, &block);
}

Result<PkeyPtr> ReadPem(const NamedBytes& input, const Unlocking& unlocking) {
  Result<std::optional<PemBlock>> found = FindPrivateKey(input);
  if (!found.ok()) return found.error();
  std::optional<PemBlock> block = std::move(*found);
  if (!block) {
    return PemError(input.name + " " + input::WhyNothing(input.bytes, input::Wanted::kPrivateKey));
  }
  if (block->label == kPkcs8Encrypted) {
    const openssl::X509SigPtr envelope = EnvelopeOf(block->der);
    if (envelope) return OpenPkcs8(envelope.get(), input, unlocking);
  }
  if (!CipherOf(block->header).empty()) return OpenOldPem(std::move(*block), input, unlocking);
  return ReadPlainPem(input, *block);
}

Error NoKey(const NamedBytes& input) {
  return openssl::RaisedError(
      ERR_LIB_SSL, ERR_R_ASN1_LIB,
      input.name + " " + input::WhyNothing(input.bytes, input::Wanted::kPrivateKey));
}

}  // namespace

Result<PkeyPtr> ReadPrivateKey(const NamedBytes& input, const Unlocking& unlocking) {
  if (!IsDer(input.bytes)) return ReadPem(input, unlocking);
  const openssl::X509SigPtr envelope = EnvelopeOf(input.bytes);
  if (envelope) return OpenPkcs8(envelope.get(), input, unlocking);
  PkeyPtr key = DecodeDer(input.bytes);
  if (!key) return NoKey(input);
  return key;
}

bool HoldsPrivateKey(const NamedBytes& pem) {
  const Result<std::optional<PemBlock>> found = FindPrivateKey(pem);
  return found.ok() && found.value().has_value();
}

}  // namespace hermetic::tls
