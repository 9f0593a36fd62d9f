// See encryption.h.
#include "native/tls/encryption.h"

#include <openssl/asn1t.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/evperr.h>
#include <openssl/objects.h>
#include <openssl/x509.h>

#include <cstdint>
#include <limits>
#include <string>

#include "native/openssl/legacy_library.h"
#include "native/tls/certificate_names.h"

namespace hermetic::tls {
namespace {

using openssl::Error;
using openssl::LegacyLibrary;
using openssl::Ok;
using openssl::Result;
using openssl::Status;

// A few seconds. Programs use thousands of iterations, the most careful a million; a damaged or
// hostile file may ask for 2^31, and the thread would not answer for an hour.
constexpr int64_t kMostIterations = 10'000'000;
// N * r * p, of the same order; OpenSSL limits the memory (32 MiB), not the time.
constexpr double kMostScryptWork = 1 << 24;

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

// What an algorithm is made of; an empty name for nothing.
struct Parts {
  std::string cipher;
  std::string digest;
};

bool HasParts(OSSL_LIB_CTX* library, const Parts& parts) {
  return (parts.cipher.empty() || HasCipher(library, parts.cipher)) &&
         (parts.digest.empty() || HasDigest(library, parts.digest));
}

Error Unavailable(const std::string& algorithm, const std::string& input, bool helps_legacy) {
  return openssl::RaisedError(
      ERR_LIB_EVP, EVP_R_UNSUPPORTED_ALGORITHM,
      input + " is encrypted with " + algorithm +
          (helps_legacy ? ", which is obsolete: encrypt it anew, or pass legacy: true to allow it"
                        : ", which this OpenSSL does not have: encrypt it anew with AES"));
}

Status CheckParts(const Parts& parts, const std::string& algorithm, OSSL_LIB_CTX* library,
                  const std::string& input) {
  if (HasParts(library, parts)) return Ok();
  if (library != nullptr) return Unavailable(algorithm, input, false);
  const Result<LegacyLibrary> legacy = LegacyLibrary::Create();
  return Unavailable(algorithm, input, legacy.ok() && HasParts(legacy.value().native(), parts));
}

std::string NameOf(int nid) {
  const char* name = nid == NID_undef || nid == -1 ? nullptr : OBJ_nid2sn(nid);
  return name == nullptr ? "" : name;
}

int64_t ValueOf(const ASN1_INTEGER* integer) {
  int64_t value = 0;
  if (integer == nullptr) return 1;
  if (ASN1_INTEGER_get_int64(&value, integer) == 1) return value;
  openssl::ClearErrors();
  return std::numeric_limits<int64_t>::max();
}

Error TooMuchWork(const std::string& input) {
  return openssl::SslError(input + " asks for more work to derive its key than is allowed (" +
                           std::to_string(kMostIterations) +
                           " iterations): it is damaged, or encrypt it anew with less");
}

Status CheckIterations(const ASN1_INTEGER* iterations, const std::string& input) {
  if (ValueOf(iterations) > kMostIterations) return TooMuchWork(input);
  return Ok();
}

Status CheckScrypt(const ASN1_TYPE* parameter, const std::string& input) {
  const openssl::ScryptParamsPtr params(static_cast<SCRYPT_PARAMS*>(
      ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(SCRYPT_PARAMS), parameter)));
  if (!params) return Ok();
  const double work = static_cast<double>(ValueOf(params->costParameter)) *
                      static_cast<double>(ValueOf(params->blockSize)) *
                      static_cast<double>(ValueOf(params->parallelizationParameter));
  if (work > kMostScryptWork) return TooMuchWork(input);
  return Ok();
}

Status CheckDerivation(const X509_ALGOR* derivation, const std::string& input) {
  const int nid = OBJ_obj2nid(derivation->algorithm);
  if (nid == NID_id_scrypt) return CheckScrypt(derivation->parameter, input);
  if (nid != NID_id_pbkdf2) return Ok();
  const openssl::Pbkdf2ParamPtr params(static_cast<PBKDF2PARAM*>(
      ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBKDF2PARAM), derivation->parameter)));
  return params ? CheckIterations(params->iter, input) : Ok();
}

// PBES2 (RFC 8018, 6.2): any derivation with any cipher.
Status CheckPbes2(const X509_ALGOR* algorithm, OSSL_LIB_CTX* library, const std::string& input) {
  const openssl::Pbe2ParamPtr params(static_cast<PBE2PARAM*>(
      ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBE2PARAM), algorithm->parameter)));
  if (!params) return Ok();
  const ASN1_OBJECT* const cipher = params->encryption->algorithm;
  const std::string name = NameOf(OBJ_obj2nid(cipher));
  if (name.empty()) return Unavailable(ObjectText(cipher, false), input, false);
  Status checked = CheckParts({name, ""}, name, library, input);
  if (!checked.ok()) return checked;
  return CheckDerivation(params->keyfunc, input);
}

}  // namespace

Status CheckCipher(const std::string& name, OSSL_LIB_CTX* library, const std::string& input) {
  return CheckParts({name, ""}, name, library, input);
}

Status CheckEncryption(const X509_ALGOR* algorithm, OSSL_LIB_CTX* library,
                       const std::string& input) {
  const int nid = OBJ_obj2nid(algorithm->algorithm);
  if (nid == NID_pbes2) return CheckPbes2(algorithm, library, input);
  const std::string name = ObjectText(algorithm->algorithm, false);
  int cipher = NID_undef;
  int digest = NID_undef;
  if (EVP_PBE_find(EVP_PBE_TYPE_OUTER, nid, &cipher, &digest, nullptr) != 1) {
    return Unavailable(name, input, false);
  }
  Status checked = CheckParts({NameOf(cipher), NameOf(digest)}, name, library, input);
  if (!checked.ok()) return checked;
  const openssl::PbeParamPtr params(static_cast<PBEPARAM*>(
      ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBEPARAM), algorithm->parameter)));
  return params ? CheckIterations(params->iter, input) : Ok();
}

Status CheckMac(const PKCS12* pkcs12, const std::string& input) {
  const X509_ALGOR* algorithm = nullptr;
  const ASN1_INTEGER* iterations = nullptr;
  PKCS12_get0_mac(nullptr, &algorithm, nullptr, &iterations, pkcs12);
  if (algorithm == nullptr || OBJ_obj2nid(algorithm->algorithm) != NID_pbmac1)
    return CheckIterations(iterations, input);
  const openssl::Pbkdf2ParamPtr params(PBMAC1_get1_pbkdf2_param(algorithm));
  return params ? CheckIterations(params->iter, input) : Ok();
}

}  // namespace hermetic::tls
