// See pkcs12.h.
#include "native/tls/pkcs12.h"

#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/pkcs12.h>
#include <openssl/pkcs12err.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "native/input/content.h"
#include "native/input/diagnosis.h"
#include "native/openssl/pem_input.h"
#include "native/tls/encryption.h"
#include "native/tls/key_input.h"

namespace hermetic::tls {
namespace {

using openssl::CaptureError;
using openssl::CaptureErrorAbout;
using openssl::Error;
using openssl::Ok;
using openssl::PkeyPtr;
using openssl::RaisedError;
using openssl::Result;
using openssl::SafeBagStackPtr;
using openssl::Status;

// As OpenSSL takes it: no password (null) and an empty one are not the same.
struct Password {
  const char* characters;
  int len;
};

std::vector<Password> Candidates(const Unlocking& unlocking) {
  const auto& given = unlocking.password;
  if (given.has_value() && !given->empty()) {
    return {{CharsOf(*given), static_cast<int>(given->size())}};
  }
  return {{nullptr, 0}, {"", 0}};
}

// Reader walks through the bags of one file. Whether a failure may be one of the password is for
// its caller to judge.
class Reader {
 public:
  Reader(const std::string& name, OSSL_LIB_CTX* library) : name_(name), library_(library) {}

  // CheckProtection tells what of the file cannot be decrypted whatever the password.
  Status CheckProtection(const STACK_OF(PKCS7) * safes) const;
  Status Read(const STACK_OF(PKCS7) * safes, Password password);
  // Whether anything was encrypted.
  bool has_decrypted() const { return has_decrypted_; }
  Pkcs12Contents& contents() { return contents_; }

 private:
  Status ReadSafe(const PKCS7* safe, Password password);
  Status ReadBags(const STACK_OF(PKCS12_SAFEBAG) * bags, Password password);
  Status ReadBag(const PKCS12_SAFEBAG* bag, Password password);
  Status ReadEncryptedKey(const PKCS12_SAFEBAG* bag, Password password);
  Status ReadCertificate(const PKCS12_SAFEBAG* bag);
  Status AddKey(const PKCS8_PRIV_KEY_INFO* key);
  Status CheckBag(const PKCS12_SAFEBAG* bag) const;

  const std::string& name_;
  OSSL_LIB_CTX* library_;
  bool has_decrypted_ = false;
  Pkcs12Contents contents_;
};

const X509_ALGOR* AlgorithmOf(const PKCS7* safe) {
  if (!PKCS7_type_is_encrypted(safe) || safe->d.encrypted == nullptr) return nullptr;
  return safe->d.encrypted->enc_data->algorithm;
}

Status Reader::CheckBag(const PKCS12_SAFEBAG* bag) const {
  if (PKCS12_SAFEBAG_get_nid(bag) != NID_pkcs8ShroudedKeyBag) return Ok();
  const X509_ALGOR* algorithm = nullptr;
  X509_SIG_get0(PKCS12_SAFEBAG_get0_pkcs8(bag), &algorithm, nullptr);
  return CheckEncryption(algorithm, library_, "the private key of " + name_);
}

Status Reader::CheckProtection(const STACK_OF(PKCS7) * safes) const {
  for (int i = 0; i < sk_PKCS7_num(safes); ++i) {
    PKCS7* const safe = sk_PKCS7_value(safes, i);
    const X509_ALGOR* const algorithm = AlgorithmOf(safe);
    Status checked = algorithm != nullptr ? CheckEncryption(algorithm, library_, name_) : Ok();
    const SafeBagStackPtr bags(PKCS7_type_is_data(safe) ? PKCS12_unpack_p7data(safe) : nullptr);
    for (int j = 0; checked.ok() && j < sk_PKCS12_SAFEBAG_num(bags.get()); ++j) {
      checked = CheckBag(sk_PKCS12_SAFEBAG_value(bags.get(), j));
    }
    if (!checked.ok()) return checked;
  }
  return Ok();
}

Status Reader::Read(const STACK_OF(PKCS7) * safes, Password password) {
  contents_ = {};
  for (int i = 0; i < sk_PKCS7_num(safes); ++i) {
    Status read = ReadSafe(sk_PKCS7_value(safes, i), password);
    if (!read.ok()) return read;
  }
  return Ok();
}

// What is encrypted for a public key is passed over.
Status Reader::ReadSafe(const PKCS7* safe, Password password) {
  auto* const mutable_safe = const_cast<PKCS7*>(safe);
  SafeBagStackPtr bags;
  if (PKCS7_type_is_data(safe)) {
    bags.reset(PKCS12_unpack_p7data(mutable_safe));
  } else if (AlgorithmOf(safe) != nullptr) {
    has_decrypted_ = true;
    bags.reset(PKCS12_unpack_p7encdata(mutable_safe, password.characters, password.len));
  } else {
    return Ok();
  }
  if (!bags) return CaptureErrorAbout(name_ + " cannot be read");
  return ReadBags(bags.get(), password);
}

Status Reader::ReadBags(const STACK_OF(PKCS12_SAFEBAG) * bags, Password password) {
  for (int i = 0; i < sk_PKCS12_SAFEBAG_num(bags); ++i) {
    Status read = ReadBag(sk_PKCS12_SAFEBAG_value(bags, i), password);
    if (!read.ok()) return read;
  }
  return Ok();
}

Status Reader::ReadBag(const PKCS12_SAFEBAG* bag, Password password) {
  switch (PKCS12_SAFEBAG_get_nid(bag)) {
    case NID_keyBag:
      return AddKey(PKCS12_SAFEBAG_get0_p8inf(bag));
    case NID_pkcs8ShroudedKeyBag:
      return ReadEncryptedKey(bag, password);
    case NID_certBag:
      return ReadCertificate(bag);
    case NID_safeContentsBag:  // OpenSSL limits how deep they may be nested
      return ReadBags(PKCS12_SAFEBAG_get0_safes(bag), password);
    default:  // revocation lists, secrets
      return Ok();
  }
}

Status Reader::ReadEncryptedKey(const PKCS12_SAFEBAG* bag, Password password) {
  // Again: inside an encrypted safe nobody could look before.
  Status checked = CheckBag(bag);
  if (!checked.ok()) return checked;
  has_decrypted_ = true;
  const openssl::Pkcs8Ptr key(
      PKCS12_decrypt_skey_ex(bag, password.characters, password.len, library_, nullptr));
  if (!key) return CaptureErrorAbout("the private key of " + name_ + " cannot be decrypted");
  return AddKey(key.get());
}

Status Reader::AddKey(const PKCS8_PRIV_KEY_INFO* key) {
  PkeyPtr usable(EVP_PKCS82PKEY(key));
  if (!usable)
    return CaptureErrorAbout("the private key of " + name_ + " is of no kind that can be used");
  contents_.keys.push_back(std::move(usable));
  return Ok();
}

Status Reader::ReadCertificate(const PKCS12_SAFEBAG* bag) {
  if (PKCS12_SAFEBAG_get_bag_nid(bag) != NID_x509Certificate) return Ok();
  openssl::X509Ptr certificate(PKCS12_SAFEBAG_get1_cert_ex(bag, nullptr, nullptr));
  if (!certificate) {
    return RaisedError(ERR_LIB_PKCS12, PKCS12_R_DECODE_ERROR,
                       "a certificate in " + name_ + " cannot be read");
  }
  contents_.certificates.push_back(std::move(certificate));
  return Ok();
}

Result<openssl::Pkcs12Ptr> Decode(const NamedBytes& pfx, OSSL_LIB_CTX* library) {
  Result<openssl::BioPtr> bio = openssl::MemoryOf(pfx.bytes);
  if (!bio.ok()) return bio.error();
  PKCS12* pkcs12 = PKCS12_init_ex(NID_pkcs7_data, library, nullptr);
  if (pkcs12 == nullptr) return CaptureError("out of memory");
  // It decodes into the object, which a failure may free; then the pointer is null.
  const bool is_decoded = d2i_PKCS12_bio(bio->get(), &pkcs12) != nullptr;
  openssl::Pkcs12Ptr owner(pkcs12);
  if (is_decoded) return owner;
  return RaisedError(ERR_LIB_PKCS12, PKCS12_R_DECODE_ERROR,
                     pfx.name + " " + input::WhyNothing(pfx.bytes, input::Wanted::kPkcs12));
}

Error WrongPassword(const std::string& name) {
  return RaisedError(ERR_LIB_PKCS12, PKCS12_R_MAC_VERIFY_FAILURE,
                     "the password of " + name + " is wrong, or the file damaged");
}

// The password that the MAC proves to be right; nothing when none does.
Result<std::optional<Password>> FindByMac(PKCS12* pkcs12, const std::string& name,
                                          const std::vector<Password>& candidates) {
  Status checked = CheckMac(pkcs12, name);
  if (!checked.ok()) return checked.error();
  for (const Password& candidate : candidates) {
    if (PKCS12_verify_mac(pkcs12, candidate.characters, candidate.len) == 1) return {candidate};
    // A MAC that was computed and differs leaves no error.
    if (openssl::HasError())
      return CaptureErrorAbout("the integrity of " + name + " cannot be checked");
  }
  return {std::nullopt};
}

// Without a MAC the right password is the one that decrypts.
Result<std::optional<Pkcs12Contents>> ReadWithoutMac(const STACK_OF(PKCS7) * safes, Reader* reader,
                                                     const NamedBytes& pfx,
                                                     const Unlocking& unlocking) {
  Error last;
  for (const Password& candidate : Candidates(unlocking)) {
    Status read = reader->Read(safes, candidate);
    if (read.ok()) return {std::move(reader->contents())};
    last = read.error();
    if (!reader->has_decrypted()) return last;
  }
  if (!unlocking.password.has_value()) return {std::nullopt};
  if (last.library != "PKCS12" && last.library != "ASN1") return last;
  return WrongPassword(pfx.name);
}

}  // namespace

Result<std::optional<Pkcs12Contents>> ReadPkcs12(const NamedBytes& pfx,
                                                 const Unlocking& unlocking) {
  Result<openssl::Pkcs12Ptr> pkcs12 = Decode(pfx, unlocking.library);
  if (!pkcs12.ok()) return pkcs12.error();
  const openssl::Pkcs7StackPtr safes(PKCS12_unpack_authsafes(pkcs12->get()));
  if (!safes) return CaptureErrorAbout(pfx.name + " cannot be read");
  Reader reader(pfx.name, unlocking.library);
  Status checked = reader.CheckProtection(safes.get());
  if (!checked.ok()) return checked.error();
  openssl::ClearErrors();
  if (PKCS12_mac_present(pkcs12->get()) != 1)
    return ReadWithoutMac(safes.get(), &reader, pfx, unlocking);
  Result<std::optional<Password>> found = FindByMac(pkcs12->get(), pfx.name, Candidates(unlocking));
  if (!found.ok()) return found.error();
  const std::optional<Password> password = *found;
  if (!password.has_value()) {
    if (!unlocking.password.has_value()) return {std::nullopt};
    return WrongPassword(pfx.name);
  }
  Status read = reader.Read(safes.get(), *password);
  if (!read.ok()) return read.error();
  return {std::move(reader.contents())};
}

}  // namespace hermetic::tls
