// See pkcs12.h.
#include "native/tls/certificates/pkcs12.h"

#include <openssl/asn1t.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/pkcs12.h>
#include <openssl/pkcs12err.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "native/base/error.h"
#include "native/base/result.h"
#include "native/input/content.h"
#include "native/input/diagnosis.h"
#include "native/openssl/error.h"
#include "native/openssl/pem_input.h"
#include "native/openssl/secure_bytes.h"
#include "native/tls/certificates/decryption.h"
#include "native/tls/certificates/encryption.h"
#include "native/tls/certificates/key_input.h"

namespace hermetic::tls {
namespace {

using openssl::CaptureError;
using openssl::CaptureErrorAbout;
using openssl::PkeyPtr;
using openssl::RaisedError;
using openssl::SafeBagStackPtr;

// More than any program writes. Finding the leaf and the order of the issuers compares each with
// each.
constexpr size_t kMostKeys = 100;
constexpr size_t kMostCertificates = 1000;

// The number of times that the first derivations may be computed: with both kinds of an empty
// password, and again with the password that the application then supplies.
constexpr int kTries = 3;

std::vector<Password> Candidates(const Unlocking& unlocking) {
  const auto& given = unlocking.password;
  if (given.has_value() && !given->empty()) {
    return {{.characters = CharsOf(*given), .len = static_cast<int>(given->size())}};
  }
  return {{nullptr, 0}, {"", 0}};
}

using Bags = STACK_OF(PKCS12_SAFEBAG);
using Safes = STACK_OF(PKCS7);

// Reader walks through the bags of one file. Its caller decides whether a failure may be due to the
// password.
class Reader {
 public:
  Reader(const std::string& name, OSSL_LIB_CTX* library)
      : name_(name), library_(library), budget_(name) {}

  // CheckProtection fails for content that cannot be decrypted with any password, and if the work
  // that is visible without a password costs too much. `planned` has paid for the MAC.
  Status CheckProtection(const Safes* safes, int tries, WorkBudget* planned) const;
  Status Read(const Safes* safes, const Password& password);
  // Whether anything was encrypted.
  bool has_decrypted() const { return has_decrypted_; }
  Pkcs12Contents& contents() { return contents_; }
  WorkBudget* budget() { return &budget_; }

 private:
  Encrypted File() const { return {name_, library_}; }
  Encrypted PrivateKey() const { return {"the private key of " + name_, library_}; }
  Result<SafeBagStackPtr> OpenSafe(const PKCS7* safe, const Password& password);
  Status ReadSafe(const PKCS7* safe, const Password& password);
  Status ReadBags(const Bags* bags, const Password& password);
  Status ReadBag(const PKCS12_SAFEBAG* bag, const Password& password);
  Status ReadEncryptedKey(const PKCS12_SAFEBAG* bag, const Password& password);
  Status ReadCertificate(const PKCS12_SAFEBAG* bag);
  Status AddKey(const PKCS8_PRIV_KEY_INFO* key);
  Status CheckBags(const Bags* bags, int tries, WorkBudget* planned) const;
  Status CheckBag(const PKCS12_SAFEBAG* bag, int tries, WorkBudget* planned) const;

  const std::string& name_;
  OSSL_LIB_CTX* library_;
  WorkBudget budget_;
  bool has_decrypted_ = false;
  Pkcs12Contents contents_;
};

// Returns the encrypted content of a safe, or null if it is not encrypted with a password.
const PKCS7_ENC_CONTENT* EncryptedContentOf(const PKCS7* safe) {
  if (!PKCS7_type_is_encrypted(safe) || safe->d.encrypted == nullptr) return nullptr;
  const PKCS7_ENC_CONTENT* const content = safe->d.encrypted->enc_data;
  return content->enc_data == nullptr ? nullptr : content;
}

Error TooMany(const std::string& name, size_t most, const std::string& what) {
  return openssl::SslError(name + " holds more than " + std::to_string(most) + " " + what +
                           ", the limit: export only the ones that you need");
}

Status Reader::CheckBag(const PKCS12_SAFEBAG* bag, int tries, WorkBudget* planned) const {
  const int nid = PKCS12_SAFEBAG_get_nid(bag);
  if (nid == NID_safeContentsBag) return CheckBags(PKCS12_SAFEBAG_get0_safes(bag), tries, planned);
  if (nid != NID_pkcs8ShroudedKeyBag) return Ok();
  const X509_ALGOR* algorithm = nullptr;
  X509_SIG_get0(PKCS12_SAFEBAG_get0_pkcs8(bag), &algorithm, nullptr);
  return CheckEncryption(algorithm, PrivateKey(), planned, tries);
}

Status Reader::CheckBags(const Bags* bags, int tries, WorkBudget* planned) const {
  for (int i = 0; i < sk_PKCS12_SAFEBAG_num(bags); ++i) {
    Status checked = CheckBag(sk_PKCS12_SAFEBAG_value(bags, i), tries, planned);
    if (!checked.ok()) return checked;
  }
  return Ok();
}

Status Reader::CheckProtection(const Safes* safes, int tries, WorkBudget* planned) const {
  for (int i = 0; i < sk_PKCS7_num(safes); ++i) {
    PKCS7* const safe = sk_PKCS7_value(safes, i);
    const PKCS7_ENC_CONTENT* const content = EncryptedContentOf(safe);
    Status checked =
        content == nullptr ? Ok() : CheckEncryption(content->algorithm, File(), planned, tries);
    if (!checked.ok()) return checked;
    const SafeBagStackPtr bags(PKCS7_type_is_data(safe) ? PKCS12_unpack_p7data(safe) : nullptr);
    checked = CheckBags(bags.get(), tries, planned);
    if (!checked.ok()) return checked;
  }
  return Ok();
}

Status Reader::Read(const Safes* safes, const Password& password) {
  contents_ = {};
  for (int i = 0; i < sk_PKCS7_num(safes); ++i) {
    Status read = ReadSafe(sk_PKCS7_value(safes, i), password);
    if (!read.ok()) return read;
  }
  return Ok();
}

Error Undecryptable(const std::string& what) {
  return RaisedError(ERR_LIB_PKCS12, PKCS12_R_PKCS12_CIPHERFINAL_ERROR,
                     what +
                         " cannot be decrypted: its password is not that of the file, or it is "
                         "damaged");
}

// Does the work of OpenSSL's PKCS12_unpack_p7encdata.
Result<SafeBagStackPtr> Reader::OpenSafe(const PKCS7* safe, const Password& password) {
  const PKCS7_ENC_CONTENT* const content = EncryptedContentOf(safe);
  has_decrypted_ = true;
  Status paid = CheckEncryption(content->algorithm, File(), &budget_);
  if (!paid.ok()) return paid.error();
  auto opened = Decrypt(content->algorithm, BytesOf(content->enc_data), password, File());
  if (!opened.ok()) return opened.error();
  const std::optional<openssl::SecureBytes>& clear = opened.value();
  if (!clear.has_value()) return Undecryptable(name_);
  const unsigned char* position = clear->data();
  SafeBagStackPtr bags(reinterpret_cast<Bags*>(ASN1_item_d2i(
      nullptr, &position, static_cast<long>(clear->size()), ASN1_ITEM_rptr(PKCS12_SAFEBAGS))));
  if (!bags) return CaptureErrorAbout(name_ + " cannot be read");
  return bags;
}

// Content that is encrypted for a public key is skipped.
Status Reader::ReadSafe(const PKCS7* safe, const Password& password) {
  if (PKCS7_type_is_data(safe)) {
    const SafeBagStackPtr bags(PKCS12_unpack_p7data(const_cast<PKCS7*>(safe)));
    if (!bags) return CaptureErrorAbout(name_ + " cannot be read");
    return ReadBags(bags.get(), password);
  }
  if (EncryptedContentOf(safe) == nullptr) return Ok();
  const Result<SafeBagStackPtr> bags = OpenSafe(safe, password);
  if (!bags.ok()) return bags.error();
  return ReadBags(bags.value().get(), password);
}

Status Reader::ReadBags(const Bags* bags, const Password& password) {
  for (int i = 0; i < sk_PKCS12_SAFEBAG_num(bags); ++i) {
    Status read = ReadBag(sk_PKCS12_SAFEBAG_value(bags, i), password);
    if (!read.ok()) return read;
  }
  return Ok();
}

Status Reader::ReadBag(const PKCS12_SAFEBAG* bag, const Password& password) {
  switch (PKCS12_SAFEBAG_get_nid(bag)) {
    case NID_keyBag:
      return AddKey(PKCS12_SAFEBAG_get0_p8inf(bag));
    case NID_pkcs8ShroudedKeyBag:
      return ReadEncryptedKey(bag, password);
    case NID_certBag:
      return ReadCertificate(bag);
    case NID_safeContentsBag:  // OpenSSL limits their nesting
      return ReadBags(PKCS12_SAFEBAG_get0_safes(bag), password);
    default:  // revocation lists, secrets
      return Ok();
  }
}

Status Reader::ReadEncryptedKey(const PKCS12_SAFEBAG* bag, const Password& password) {
  const X509_ALGOR* algorithm = nullptr;
  const ASN1_OCTET_STRING* ciphertext = nullptr;
  X509_SIG_get0(PKCS12_SAFEBAG_get0_pkcs8(bag), &algorithm, &ciphertext);
  has_decrypted_ = true;
  const Encrypted what = PrivateKey();
  Status paid = CheckEncryption(algorithm, what, &budget_);
  if (!paid.ok()) return paid;
  auto opened = Decrypt(algorithm, BytesOf(ciphertext), password, what);
  if (!opened.ok()) return opened.error();
  const std::optional<openssl::SecureBytes>& clear = opened.value();
  if (!clear.has_value()) return Undecryptable(what.name);
  const unsigned char* position = clear->data();
  const openssl::Pkcs8Ptr key(
      d2i_PKCS8_PRIV_KEY_INFO(nullptr, &position, static_cast<long>(clear->size())));
  if (!key) return CaptureErrorAbout(what.name + " cannot be decrypted");
  return AddKey(key.get());
}

Status Reader::AddKey(const PKCS8_PRIV_KEY_INFO* key) {
  PkeyPtr usable(EVP_PKCS82PKEY(key));
  if (!usable)
    return CaptureErrorAbout("the private key of " + name_ + " is of a kind that cannot be used");
  if (contents_.keys.size() == kMostKeys) return TooMany(name_, kMostKeys, "private keys");
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
  if (contents_.certificates.size() == kMostCertificates)
    return TooMany(name_, kMostCertificates, "certificates");
  contents_.certificates.push_back(std::move(certificate));
  return Ok();
}

Result<openssl::Pkcs12Ptr> Decode(const NamedBytes& pfx, OSSL_LIB_CTX* library) {
  Result<openssl::BioPtr> bio = openssl::MemoryOf(pfx.bytes);
  if (!bio.ok()) return bio.error();
  PKCS12* pkcs12 = PKCS12_init_ex(NID_pkcs7_data, library, nullptr);
  if (pkcs12 == nullptr) return CaptureError("out of memory");
  // d2i_PKCS12_bio decodes into the object, and may free it on failure; the pointer is null then.
  const bool is_decoded = d2i_PKCS12_bio(bio->get(), &pkcs12) != nullptr;
  openssl::Pkcs12Ptr owner(pkcs12);
  if (is_decoded) return owner;
  return RaisedError(ERR_LIB_PKCS12, PKCS12_R_DECODE_ERROR,
                     pfx.name + " " + input::WhyNothing(pfx.bytes, input::Wanted::kPkcs12));
}

Error WrongPassword(const std::string& name, const openssl::SecureBytes& password) {
  return RaisedError(ERR_LIB_PKCS12, PKCS12_R_MAC_VERIFY_FAILURE,
                     "the password of " + name + " is wrong" + NoteOfLineBreak(password) +
                         ", or the file damaged");
}

// Returns the password that the MAC proves to be right, or nothing.
Result<std::optional<Password>> FindByMac(PKCS12* pkcs12, const std::string& name,
                                          const std::vector<Password>& candidates) {
  for (const Password& candidate : candidates) {
    if (PKCS12_verify_mac(pkcs12, candidate.characters, candidate.len) == 1) return {candidate};
    // A MAC that was computed and differs leaves no error.
    if (openssl::HasError())
      return CaptureErrorAbout("the integrity of " + name + " cannot be checked");
  }
  return {std::nullopt};
}

// Without a MAC the right password is the one that decrypts.
Result<std::optional<Pkcs12Contents>> ReadWithoutMac(const Safes* safes, Reader* reader,
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
  return WrongPassword(pfx.name, *unlocking.password);
}

// CheckWork adds up all work that the file asks for, before anything is derived. The contents of an
// encrypted safe are added after it is opened: the reader begins with the work of the MAC.
Status CheckWork(const PKCS12* pkcs12, const Safes* safes, bool has_mac, const std::string& name,
                 Reader* reader) {
  WorkBudget planned(name);
  if (has_mac) {
    for (WorkBudget* budget : {&planned, reader->budget()}) {
      Status paid = CheckMac(pkcs12, budget, kTries);
      if (!paid.ok()) return paid;
    }
  }
  return reader->CheckProtection(safes, has_mac ? 1 : kTries, &planned);
}

}  // namespace

Result<std::optional<Pkcs12Contents>> ReadPkcs12(const NamedBytes& pfx,
                                                 const Unlocking& unlocking) {
  Result<openssl::Pkcs12Ptr> pkcs12 = Decode(pfx, unlocking.library);
  if (!pkcs12.ok()) return pkcs12.error();
  const openssl::Pkcs7StackPtr safes(PKCS12_unpack_authsafes(pkcs12->get()));
  if (!safes) return CaptureErrorAbout(pfx.name + " cannot be read");
  const bool has_mac = PKCS12_mac_present(pkcs12->get()) == 1;
  Reader reader(pfx.name, unlocking.library);
  Status checked = CheckWork(pkcs12->get(), safes.get(), has_mac, pfx.name, &reader);
  if (!checked.ok()) return checked.error();
  openssl::ClearErrors();
  if (!has_mac) return ReadWithoutMac(safes.get(), &reader, pfx, unlocking);
  Result<std::optional<Password>> found = FindByMac(pkcs12->get(), pfx.name, Candidates(unlocking));
  if (!found.ok()) return found.error();
  const std::optional<Password> password = *found;
  if (!password.has_value()) {
    if (!unlocking.password.has_value()) return {std::nullopt};
    return WrongPassword(pfx.name, *unlocking.password);
  }
  Status read = reader.Read(safes.get(), *password);
  if (!read.ok()) return read.error();
  return {std::move(reader.contents())};
}

}  // namespace hermetic::tls
