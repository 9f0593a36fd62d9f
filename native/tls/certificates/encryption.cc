// See encryption.h.
#include "native/tls/certificates/encryption.h"

#include <openssl/asn1t.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/evperr.h>
#include <openssl/objects.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>

#include "native/base/error.h"
#include "native/base/result.h"
#include "native/openssl/error.h"
#include "native/openssl/legacy_library.h"
#include "native/tls/certificates/certificate_names.h"
#include "native/tls/certificates/work_budget.h"

namespace hermetic::tls {
namespace {

using openssl::CipherPtr;
using openssl::LegacyLibrary;

bool HasCipher(OSSL_LIB_CTX* library, const std::string& name) {
  const openssl::CipherPtr cipher(EVP_CIPHER_fetch(library, name.c_str(), nullptr));
  openssl::ClearErrors();
  return cipher != nullptr;
}

bool HasDigest(OSSL_LIB_CTX* library, const std::string& name) {
  const openssl::MdPtr digest(EVP_MD_fetch(library, name.c_str(), nullptr));
  openssl::ClearErrors();
  return digest != nullptr;
}

// The parts of an algorithm; a missing part has an empty name.
struct Parts {
  std::string cipher;
  std::string digest;
};

bool HasParts(OSSL_LIB_CTX* library, const Parts& parts) {
  return (parts.cipher.empty() || HasCipher(library, parts.cipher)) &&
         (parts.digest.empty() || HasDigest(library, parts.digest));
}

Error Unavailable(const std::string& algorithm, const Encrypted& what, bool helps_legacy) {
  return openssl::RaisedError(
      ERR_LIB_EVP, EVP_R_UNSUPPORTED_ALGORITHM,
      what.name + " is encrypted with " + algorithm +
          (helps_legacy ? ", which is obsolete: encrypt it again, or pass legacy: true to allow it"
                        : ", which this OpenSSL does not have: encrypt it again with AES"));
}

Status CheckParts(const Parts& parts, const std::string& algorithm, const Encrypted& what) {
  if (HasParts(what.library, parts)) return Ok();
  if (what.library != nullptr) return Unavailable(algorithm, what, false);
  const Result<LegacyLibrary> legacy = LegacyLibrary::Create();
  return Unavailable(algorithm, what, legacy.ok() && HasParts(legacy.value().native(), parts));
}

std::string NameOf(int nid) {
  const char* name = nid == NID_undef || nid == -1 ? nullptr : OBJ_nid2sn(nid);
  return name == nullptr ? "" : name;
}

template <typename T>
T* Unpack(const ASN1_ITEM* item, const ASN1_TYPE* parameter) {
  auto* const unpacked = static_cast<T*>(ASN1_TYPE_unpack_sequence(item, parameter));
  openssl::ClearErrors();
  return unpacked;
}

Error Undecodable(const std::string& algorithm, const Encrypted& what) {
  return openssl::RaisedError(
      ERR_LIB_EVP, EVP_R_DECODE_ERROR,
      what.name + " is damaged: the parameters of " + algorithm + " cannot be decoded");
}

// Derivation is a key to derive, with the budget for it.
struct Derivation {
  const X509_ALGOR* algorithm;
  int key_len;             // of the cipher
  bool has_fixed_key_len;  // false if the cipher's parameters choose it
  std::string cipher;
  const Encrypted& what;
  WorkBudget* budget;
  int times;
};

Status CheckKeyLength(const ASN1_INTEGER* len, const Derivation& derivation) {
  if (len == nullptr || !derivation.has_fixed_key_len || ValueOf(len) == derivation.key_len)
    return Ok();
  return openssl::RaisedError(
      ERR_LIB_EVP, EVP_R_UNSUPPORTED_KEYLENGTH,
      derivation.what.name + " is damaged: it derives a key of " + std::to_string(ValueOf(len)) +
          " bytes, and " + derivation.cipher + " takes " + std::to_string(derivation.key_len));
}

// OpenSSL allocates 128 * r * (N + p + 2) bytes.
Status CheckScrypt(const Derivation& derivation) {
  const openssl::ScryptParamsPtr params(
      Unpack<SCRYPT_PARAMS>(ASN1_ITEM_rptr(SCRYPT_PARAMS), derivation.algorithm->parameter));
  if (!params) return Undecodable("scrypt", derivation.what);
  const auto n = static_cast<double>(ValueOf(params->costParameter));
  const auto r = static_cast<double>(ValueOf(params->blockSize));
  const auto p = static_cast<double>(ValueOf(params->parallelizationParameter));
  if (n < 2 || r < 1 || p < 1) return Undecodable("scrypt", derivation.what);
  const double memory = 128 * r * (n + p + 2);
  if (memory > kMostScryptMemory) {
    constexpr double kMebibyte = 1 << 20;
    return openssl::SslError(
        derivation.what.name + " is encrypted with scrypt, which needs " +
        std::to_string(static_cast<int64_t>(std::min(std::ceil(memory / kMebibyte), 1e15))) +
        " MiB of memory with these parameters, and " +
        std::to_string(static_cast<int64_t>(kMostScryptMemory / kMebibyte)) +
        " MiB are allowed: it is damaged, or encrypt it again with a smaller N or r");
  }
  Status paid = derivation.budget->Spend(n * r * p * derivation.times);
  return paid.ok() ? CheckKeyLength(params->keyLength, derivation) : paid;
}

// DigestOf returns the digest of PBKDF2's pseudorandom function: SHA-1 if the parameters name no
// function, and an empty string for one that OpenSSL does not know.
std::string DigestOf(const X509_ALGOR* prf) {
  const int nid = prf == nullptr ? NID_hmacWithSHA1 : OBJ_obj2nid(prf->algorithm);
  int digest = NID_undef;
  if (EVP_PBE_find(EVP_PBE_TYPE_PRF, nid, nullptr, &digest, nullptr) != 1) return "";
  return NameOf(digest);
}

double NumBlocks(int key_len, const std::string& digest, OSSL_LIB_CTX* library) {
  const openssl::MdPtr md(EVP_MD_fetch(library, digest.c_str(), nullptr));
  const int digest_len = md ? EVP_MD_get_size(md.get()) : 0;
  openssl::ClearErrors();
  return digest_len < 1 ? key_len : std::ceil(static_cast<double>(key_len) / digest_len);
}

Status CheckPbkdf2(const Derivation& derivation) {
  const Encrypted& what = derivation.what;
  const openssl::Pbkdf2ParamPtr params(
      Unpack<PBKDF2PARAM>(ASN1_ITEM_rptr(PBKDF2PARAM), derivation.algorithm->parameter));
  if (!params) return Undecodable("PBKDF2", what);
  const std::string digest = DigestOf(params->prf);
  if (digest.empty())
    return Unavailable("PBKDF2 with " + ObjectText(params->prf->algorithm, false), what, false);
  Status checked = CheckParts({"", digest}, "PBKDF2 with HMAC of " + digest, what);
  if (!checked.ok()) return checked;
  if (params->salt == nullptr || params->salt->type != V_ASN1_OCTET_STRING)
    return Unavailable("PBKDF2 with a salt that is not in the file", what, false);
  const double num_blocks = NumBlocks(derivation.key_len, digest, what.library);
  checked =
      derivation.budget->Spend(IterationsCost(params->iter, num_blocks, digest) * derivation.times);
  return checked.ok() ? CheckKeyLength(params->keylength, derivation) : checked;
}

Status CheckDerivation(const Derivation& derivation) {
  const ASN1_OBJECT* const algorithm = derivation.algorithm->algorithm;
  switch (OBJ_obj2nid(algorithm)) {
    case NID_id_scrypt:
      return CheckScrypt(derivation);
    case NID_id_pbkdf2:
      return CheckPbkdf2(derivation);
    default:
      return Unavailable("a key derived by " + ObjectText(algorithm, false), derivation.what,
                         false);
  }
}

// PBES2 (RFC 8018, 6.2): any derivation with any cipher.
Status CheckPbes2(const X509_ALGOR* algorithm, const Encrypted& what, WorkBudget* budget,
                  int times) {
  const openssl::Pbe2ParamPtr params(
      Unpack<PBE2PARAM>(ASN1_ITEM_rptr(PBE2PARAM), algorithm->parameter));
  if (!params) return Undecodable("PBES2", what);
  const ASN1_OBJECT* const object = params->encryption->algorithm;
  const std::string name = NameOf(OBJ_obj2nid(object));
  if (name.empty()) return Unavailable(ObjectText(object, false), what, false);
  Status checked = CheckCipher(name, what);
  if (!checked.ok()) return checked;
  const CipherPtr cipher(EVP_CIPHER_fetch(what.library, name.c_str(), nullptr));
  if (!cipher) return openssl::CaptureError("out of memory");
  const bool is_fixed = (EVP_CIPHER_get_flags(cipher.get()) & EVP_CIPH_VARIABLE_LENGTH) == 0;
  return CheckDerivation({params->keyfunc, EVP_CIPHER_get_key_length(cipher.get()), is_fixed, name,
                          what, budget, times});
}

// PBES1 (RFC 8018, 6.1) derives key and IV in one block. PKCS#12 (RFC 7292, appendix B) derives
// them separately, at most 24 and 8 bytes, in blocks of the 20 bytes of SHA-1.
constexpr double kMostBlocks = 3;

}  // namespace

Status CheckCipher(const std::string& cipher, const Encrypted& what) {
  return CheckParts({cipher, ""}, cipher, what);
}

Status CheckEncryption(const X509_ALGOR* algorithm, const Encrypted& what, WorkBudget* budget,
                       int times) {
  const int nid = OBJ_obj2nid(algorithm->algorithm);
  if (nid == NID_pbes2) return CheckPbes2(algorithm, what, budget, times);
  const std::string name = ObjectText(algorithm->algorithm, false);
  int cipher = NID_undef;
  int digest = NID_undef;
  if (EVP_PBE_find(EVP_PBE_TYPE_OUTER, nid, &cipher, &digest, nullptr) != 1 || cipher == -1)
    return Unavailable(name, what, false);
  Status checked = CheckParts({NameOf(cipher), NameOf(digest)}, name, what);
  if (!checked.ok()) return checked;
  const openssl::PbeParamPtr params(
      Unpack<PBEPARAM>(ASN1_ITEM_rptr(PBEPARAM), algorithm->parameter));
  if (!params) return Undecodable(name, what);
  return budget->Spend(IterationsCost(params->iter, kMostBlocks, NameOf(digest)) * times);
}

Status CheckMac(const PKCS12* pkcs12, WorkBudget* budget, int times) {
  const X509_ALGOR* algorithm = nullptr;
  const ASN1_INTEGER* iterations = nullptr;
  PKCS12_get0_mac(nullptr, &algorithm, nullptr, &iterations, pkcs12);
  if (algorithm == nullptr || OBJ_obj2nid(algorithm->algorithm) != NID_pbmac1) {
    const std::string digest =
        algorithm == nullptr ? "" : NameOf(OBJ_obj2nid(algorithm->algorithm));
    return budget->Spend(IterationsCost(iterations, 1, digest) * times);
  }
  // The key of PBMAC1 (RFC 9579) has at most 64 bytes.
  const openssl::Pbkdf2ParamPtr params(PBMAC1_get1_pbkdf2_param(algorithm));
  openssl::ClearErrors();
  if (!params) return Ok();
  const int64_t key_len = params->keylength == nullptr ? 0 : ValueOf(params->keylength);
  if (key_len < 1 || key_len > EVP_MAX_MD_SIZE) return Ok();
  const std::string digest = DigestOf(params->prf);
  const double num_blocks = NumBlocks(static_cast<int>(key_len), digest, nullptr);
  return budget->Spend(IterationsCost(params->iter, num_blocks, digest) * times);
}

}  // namespace hermetic::tls
