// See decryption.h.
#include "native/tls/certificates/decryption.h"

#include <openssl/evp.h>
#include <openssl/objects.h>

#include <climits>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "native/base/bytes.h"
#include "native/base/error.h"
#include "native/base/result.h"
#include "native/openssl/error.h"
#include "native/openssl/ptr.h"
#include "native/openssl/secure_bytes.h"
#include "native/tls/certificates/certificate_names.h"
#include "native/tls/certificates/encryption.h"
#include "native/tls/certificates/work_budget.h"

namespace hermetic::tls {
namespace {

using openssl::SecureBytes;

Status Declined(const std::string& algorithm, const Encrypted& what) {
  return openssl::CaptureErrorAbout(what.name + " is encrypted with " + algorithm +
                                    ", with parameters that OpenSSL does not accept");
}

bool UnpackScrypt(const X509_ALGOR* algorithm, openssl::Pbe2ParamPtr* out_pbes2,
                  openssl::ScryptParamsPtr* out_scrypt) {
  if (OBJ_obj2nid(algorithm->algorithm) != NID_pbes2) return false;
  out_pbes2->reset(static_cast<PBE2PARAM*>(
      ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBE2PARAM), algorithm->parameter)));
  if (!*out_pbes2) return false;
  const X509_ALGOR* const derivation = (*out_pbes2)->keyfunc;
  if (OBJ_obj2nid(derivation->algorithm) != NID_id_scrypt) return false;
  out_scrypt->reset(static_cast<SCRYPT_PARAMS*>(
      ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(SCRYPT_PARAMS), derivation->parameter)));
  return *out_scrypt != nullptr;
}

// Does the work of OpenSSL's PKCS5_v2_scrypt_keyivgen, which allows exactly 32 MiB.
bool StartWithScrypt(EVP_CIPHER_CTX* context, const PBE2PARAM* pbes2, const SCRYPT_PARAMS* scrypt,
                     const Password& password, OSSL_LIB_CTX* library) {
  const std::string name = ObjectText(pbes2->encryption->algorithm, true);
  const openssl::CipherPtr cipher(EVP_CIPHER_fetch(library, name.c_str(), nullptr));
  if (!cipher || EVP_CipherInit_ex(context, cipher.get(), nullptr, nullptr, nullptr, 0) != 1 ||
      EVP_CIPHER_asn1_to_param(context, pbes2->encryption->parameter) <= 0) {
    return false;
  }
  SecureBytes key(static_cast<size_t>(EVP_CIPHER_CTX_get_key_length(context)));
  const ASN1_OCTET_STRING* const salt = scrypt->salt;
  const auto number = [](const ASN1_INTEGER* value) {
    return static_cast<uint64_t>(ValueOf(value));
  };
  return EVP_PBE_scrypt_ex(
             password.characters, static_cast<size_t>(password.len), ASN1_STRING_get0_data(salt),
             static_cast<size_t>(ASN1_STRING_length(salt)), number(scrypt->costParameter),
             number(scrypt->blockSize), number(scrypt->parallelizationParameter),
             static_cast<uint64_t>(kMostScryptMemory), key.data(), key.size(), library,
             nullptr) == 1 &&
         EVP_CipherInit_ex(context, nullptr, nullptr, key.data(), nullptr, 0) == 1;
}

// Start derives the key.
Status Start(EVP_CIPHER_CTX* context, const X509_ALGOR* algorithm, const Password& password,
             const Encrypted& what) {
  openssl::Pbe2ParamPtr pbes2;
  openssl::ScryptParamsPtr scrypt;
  const bool has_started =
      UnpackScrypt(algorithm, &pbes2, &scrypt)
          ? StartWithScrypt(context, pbes2.get(), scrypt.get(), password, what.library)
          : EVP_PBE_CipherInit_ex(algorithm->algorithm, password.characters, password.len,
                                  algorithm->parameter, context, 0, what.library, nullptr) == 1;
  if (has_started) return Ok();
  const ASN1_OBJECT* const name = pbes2 ? pbes2->keyfunc->algorithm : algorithm->algorithm;
  return Declined(ObjectText(name, false), what);
}

}  // namespace

Result<std::optional<SecureBytes>> Decrypt(const X509_ALGOR* algorithm, ByteView ciphertext,
                                           const Password& password, const Encrypted& what) {
  const openssl::CipherCtxPtr context(EVP_CIPHER_CTX_new());
  if (!context) return openssl::CaptureError("out of memory");
  Status started = Start(context.get(), algorithm, password, what);
  if (!started.ok()) return started.error();
  const int block_len = EVP_CIPHER_CTX_get_block_size(context.get());
  if (block_len < 1 || ciphertext.size() > static_cast<size_t>(INT_MAX - block_len))
    return OverflowError(what.name + " is longer than 2147483647 bytes");
  if (ciphertext.size() % static_cast<size_t>(block_len) != 0) {
    return openssl::SslError(what.name + " is damaged: " + std::to_string(ciphertext.size()) +
                             " encrypted bytes are not whole blocks of " +
                             std::to_string(block_len));
  }
  SecureBytes plaintext(ciphertext.size() + static_cast<size_t>(block_len));
  int len = 0;
  int final_len = 0;
  const bool is_whole = EVP_CipherUpdate(context.get(), plaintext.data(), &len, ciphertext.data(),
                                         static_cast<int>(ciphertext.size())) == 1 &&
                        EVP_CipherFinal_ex(context.get(), plaintext.data() + len, &final_len) == 1;
  openssl::ClearErrors();
  if (!is_whole) return {std::nullopt};
  plaintext.resize(static_cast<size_t>(len) + static_cast<size_t>(final_len));
  return {std::move(plaintext)};
}

std::string NoteOfLineBreak(ByteView password) {
  const bool ends_in_one =
      !password.empty() && (password.back() == '\n' || password.back() == '\r');
  return ends_in_one
             ? " (it ends in a line break, which counts as part of it: remove the line break)"
             : "";
}

}  // namespace hermetic::tls
