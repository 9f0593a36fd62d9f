// See evp_hmac.h.
#include "native/kdf/evp_hmac.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/kdf/kernel.h"
#include "native/openssl/error.h"
#include "native/openssl/secure_bytes.h"

namespace hermetic::kdf {
namespace {

using openssl::CaptureError;
using openssl::SecureBytes;

constexpr uint8_t kInnerPad = 0x36;
constexpr uint8_t kOuterPad = 0x5c;

bool Absorb(EVP_MD_CTX* context, ByteView bytes) {
  return EVP_DigestUpdate(context, bytes.data(), bytes.size()) == 1;
}

// PadKey returns the key as HMAC uses it: hashed if longer than a block, then filled with zeros.
// Empty on failure.
SecureBytes PadKey(const EVP_MD* md, ByteView password, size_t block_len) {
  SecureBytes key(block_len);
  if (password.size() <= block_len) {
    std::copy(password.begin(), password.end(), key.begin());
  } else if (EVP_Digest(password.data(), password.size(), key.data(), nullptr, md, nullptr) != 1) {
    key.clear();
  }
  return key;
}

bool StartPadded(EVP_MD_CTX* context, const EVP_MD* md, SecureBytes key, uint8_t pad) {
  for (uint8_t& byte : key) byte ^= pad;
  return EVP_DigestInit_ex2(context, md, nullptr) == 1 && Absorb(context, key);
}

uint8_t* Bytes(uint64_t* words) { return reinterpret_cast<uint8_t*>(words); }

}  // namespace

bool EvpHmac::Start(const EVP_MD* md, ByteView password, ByteView salt) {
  const int block_len = EVP_MD_get_block_size(md);
  const int digest_len = EVP_MD_get_size(md);
  if (!inner_ || !salted_ || !outer_ || !scratch_ || block_len <= 0 || digest_len <= 0 ||
      digest_len > static_cast<int>(sizeof Stream::u)) {
    return false;
  }
  digest_len_ = static_cast<size_t>(digest_len);
  const SecureBytes key = PadKey(md, password, static_cast<size_t>(block_len));
  return !key.empty() && StartPadded(inner_.get(), md, key, kInnerPad) &&
         StartPadded(outer_.get(), md, key, kOuterPad) &&
         EVP_MD_CTX_copy_ex(salted_.get(), inner_.get()) == 1 && Absorb(salted_.get(), salt);
}

Result<std::unique_ptr<EvpHmac>> EvpHmac::Make(const EVP_MD* md, ByteView password, ByteView salt) {
  std::unique_ptr<EvpHmac> hmac(new EvpHmac);
  if (!hmac->Start(md, password, salt))
    return CaptureError("the key of the derivation could not be set up");
  return hmac;
}

// Hmac writes the HMAC of the data absorbed by `start` and of `message`. `out` may be the message.
bool EvpHmac::Hmac(const EVP_MD_CTX* start, ByteView message, uint8_t* out) {
  EVP_MD_CTX* const scratch = scratch_.get();
  return EVP_MD_CTX_copy_ex(scratch, start) == 1 && Absorb(scratch, message) &&
         EVP_DigestFinal_ex(scratch, out, nullptr) == 1 &&
         EVP_MD_CTX_copy_ex(scratch, outer_.get()) == 1 && Absorb(scratch, {out, digest_len_}) &&
         EVP_DigestFinal_ex(scratch, out, nullptr) == 1;
}

Status EvpHmac::Begin(uint32_t index, Stream& stream) {
  const std::array<uint8_t, 4> number = {
      static_cast<uint8_t>(index >> 24), static_cast<uint8_t>(index >> 16),
      static_cast<uint8_t>(index >> 8), static_cast<uint8_t>(index)};
  std::memset(stream.u, 0, sizeof stream.u);
  if (!Hmac(salted_.get(), number, Bytes(stream.u)))
    return CaptureError("the first iteration of a block failed");
  std::memcpy(stream.t, stream.u, sizeof stream.t);
  return Ok();
}

Status EvpHmac::Advance(Stream& stream, uint32_t num_iterations) {
  for (uint32_t i = 0; i < num_iterations; ++i) {
    if (!Hmac(inner_.get(), {Bytes(stream.u), digest_len_}, Bytes(stream.u)))
      return CaptureError("an iteration of the derivation failed");
    for (size_t k = 0; k < 8; ++k) stream.t[k] ^= stream.u[k];
  }
  return Ok();
}

void EvpHmac::StoreBlock(const Stream& stream, MutableByteView out) const {
  std::memcpy(out.data(), stream.t, out.size());
}

}  // namespace hermetic::kdf
