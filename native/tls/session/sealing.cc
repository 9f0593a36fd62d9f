// See sealing.h.
#include "native/tls/session/sealing.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <array>
#include <climits>
#include <cstddef>
#include <cstdint>

#include "native/base/bytes.h"
#include "native/base/error.h"
#include "native/base/result.h"
#include "native/openssl/error.h"
#include "native/openssl/ptr.h"
#include "native/openssl/secure_bytes.h"

namespace hermetic::tls {
namespace {

using openssl::CipherCtxPtr;
using openssl::SecureBytes;

constexpr size_t kSaltLen = 32;
constexpr size_t kTagLen = 16;
constexpr size_t kNonceLen = 12;

enum class Direction : int { kOpen = 0, kSeal = 1 };

// Begin returns a cipher that has taken key, nonce and `about`; null on failure.
CipherCtxPtr Begin(ByteView key, ByteView salt, ByteView about, Direction direction) {
  constexpr std::array<uint8_t, kNonceLen> kNonce = {};
  SecureBytes message_key(kSealKeyLen);
  CipherCtxPtr cipher(EVP_CIPHER_CTX_new());
  int len = 0;
  if (!cipher ||
      HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), salt.data(), salt.size(),
           message_key.data(), nullptr) == nullptr ||
      EVP_CipherInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, message_key.data(), kNonce.data(),
                        static_cast<int>(direction)) != 1 ||
      EVP_CipherUpdate(cipher.get(), nullptr, &len, about.data(), static_cast<int>(about.size())) !=
          1) {
    return nullptr;
  }
  return cipher;
}

bool Transform(EVP_CIPHER_CTX* cipher, ByteView in, uint8_t* out) {
  int len = 0;
  return EVP_CipherUpdate(cipher, out, &len, in.data(), static_cast<int>(in.size())) == 1 &&
         EVP_CipherFinal_ex(cipher, out + len, &len) == 1;
}

bool AreFit(ByteView key, ByteView about, ByteView bytes) {
  constexpr size_t kLongest = INT_MAX - kSaltLen - kTagLen;
  return key.size() == kSealKeyLen && about.size() <= kLongest && bytes.size() <= kLongest;
}

Error Unfit() { return ValueError("sealing takes a key of 32 bytes, and less than 2 GiB"); }

}  // namespace

Result<Bytes> Seal(ByteView key, ByteView about, ByteView bytes) {
  if (!AreFit(key, about, bytes)) return Unfit();
  Bytes sealed(kSaltLen + bytes.size() + kTagLen);
  uint8_t* const body = sealed.data() + kSaltLen;
  if (RAND_bytes(sealed.data(), kSaltLen) != 1)
    return openssl::CaptureError("the bytes could not be sealed");
  const CipherCtxPtr cipher = Begin(key, ByteView(sealed).first(kSaltLen), about, Direction::kSeal);
  if (!cipher || !Transform(cipher.get(), bytes, body) ||
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_GET_TAG, kTagLen, body + bytes.size()) != 1)
    return openssl::CaptureError("the bytes could not be sealed");
  return sealed;
}

Result<SecureBytes> OpenSealed(ByteView key, ByteView about, ByteView sealed) {
  if (!AreFit(key, about, sealed)) return Unfit();
  if (sealed.size() < kSaltLen + kTagLen) return ValueError("the bytes are not sealed");
  const ByteView body = sealed.subspan(kSaltLen, sealed.size() - kSaltLen - kTagLen);
  Bytes tag(sealed.end() - kTagLen, sealed.end());
  SecureBytes bytes(body.size());
  const CipherCtxPtr cipher = Begin(key, sealed.first(kSaltLen), about, Direction::kOpen);
  if (!cipher || EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_SET_TAG, kTagLen, tag.data()) != 1)
    return openssl::CaptureError("the bytes could not be opened");
  if (!Transform(cipher.get(), body, bytes.data()))
    return ValueError("the bytes were sealed with another key, or were changed");
  return bytes;
}

}  // namespace hermetic::tls
