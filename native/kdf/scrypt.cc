// See scrypt.h.
#include "native/kdf/scrypt.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string>

#include "native/base/bytes.h"
#include "native/base/error.h"
#include "native/base/result.h"
#include "native/openssl/error.h"
#include "native/openssl/ptr.h"

namespace hermetic::kdf {
namespace {

using openssl::CaptureError;

constexpr int64_t kMost = INT32_MAX;  // of Python: bytes of memory, and of output
constexpr int64_t kDefaultMemory = 32LL << 20;
// p * r is less than 2^30 (RFC 7914 section 2). At most 2^24-1 blocks of 128 bytes pass through
// PBKDF2, because OpenSSL counts its lengths in an int.
constexpr int64_t kMostBlocks = INT32_MAX / 128;

int64_t MemoryLimit(const ScryptCost& cost) {
  return cost.max_memory == 0 ? kDefaultMemory : cost.max_memory;
}

Status CheckCost(const ScryptCost& cost) {
  if (cost.n < 2 || (cost.n & (cost.n - 1)) != 0)
    return ValueError("n must be a power of 2 greater than 1, got " + std::to_string(cost.n));
  if (cost.r < 1) return ValueError("r must be at least 1, got " + std::to_string(cost.r));
  if (cost.p < 1) return ValueError("p must be at least 1, got " + std::to_string(cost.p));
  if (cost.p > kMostBlocks / cost.r)
    return ValueError("p times r must be at most " + std::to_string(kMostBlocks));
  // RFC 7914 section 2 requires n < 2^(128 * r / 8), which always holds for r > 3 with an n of 63
  // bits.
  if (cost.r <= 3 && cost.n >> (16 * cost.r) != 0)
    return ValueError("n must be less than 2^" + std::to_string(16 * cost.r) +
                      " for r = " + std::to_string(cost.r));
  return Ok();
}

// CheckMemory compares OpenSSL's allocation, 128 * r * (n + p + 2) bytes, with the limit.
Status CheckMemory(const ScryptCost& cost) {
  if (cost.max_memory < 0 || cost.max_memory > kMost)
    return ValueError("maxmem must be between 0 and " + std::to_string(kMost) + ", got " +
                      std::to_string(cost.max_memory));
  // A power of two that does not fit into 53 bits exceeds every limit, as do those below that would
  // overflow.
  const double needed = 128.0 * static_cast<double>(cost.r) *
                        (static_cast<double>(cost.n) + static_cast<double>(cost.p) + 2);
  if (needed <= static_cast<double>(MemoryLimit(cost))) return Ok();
  const std::string amount = needed < 9e15 ? std::to_string(static_cast<int64_t>(needed))
                                           : std::string("more than 9 * 10^15");
  return ValueError("memory limit exceeded: n, r and p need " + amount +
                    " bytes, and maxmem allows " + std::to_string(MemoryLimit(cost)));
}

EVP_KDF* Scrypt() {
  static EVP_KDF* const kScrypt = EVP_KDF_fetch(nullptr, OSSL_KDF_NAME_SCRYPT, nullptr);
  return kScrypt;
}

OSSL_PARAM Octets(const char* key, ByteView bytes) {
  // OpenSSL requires an address even for an empty input.
  static uint8_t nothing = 0;
  void* const data = bytes.empty() ? &nothing : const_cast<uint8_t*>(bytes.data());
  return OSSL_PARAM_construct_octet_string(key, data, bytes.size());
}

Status DeriveFailure() {
  if (!openssl::NewestIs(ERR_LIB_CRYPTO, ERR_R_MALLOC_FAILURE))
    return CaptureError("scrypt could not derive a key");
  openssl::ClearErrors();
  return SystemError(ENOMEM, "malloc", "");
}

}  // namespace

Status CheckScrypt(const ScryptCost& cost, int64_t dklen) {
  Status checked = CheckCost(cost);
  if (!checked.ok()) return checked;
  Status fits = CheckMemory(cost);
  if (!fits.ok()) return fits;
  if (dklen >= 1 && dklen <= kMost) return Ok();
  return ValueError("dklen must be between 1 and " + std::to_string(kMost) + ", got " +
                    std::to_string(dklen));
}

Status DeriveScrypt(const ScryptCost& cost, ByteView password, ByteView salt, MutableByteView out) {
  const openssl::ErrorScope scope;
  Status checked = CheckScrypt(cost, static_cast<int64_t>(out.size()));
  if (!checked.ok()) return checked;
  // OpenSSL's PBKDF2 counts the bytes in an int.
  if (password.size() > INT32_MAX) return OverflowError("password is too long.");
  if (salt.size() > INT32_MAX) return OverflowError("salt is too long.");
  auto n = static_cast<uint64_t>(cost.n);
  auto r = static_cast<uint64_t>(cost.r);
  auto p = static_cast<uint64_t>(cost.p);
  auto max_memory = static_cast<uint64_t>(MemoryLimit(cost));
  const std::array<OSSL_PARAM, 7> params = {
      Octets(OSSL_KDF_PARAM_PASSWORD, password),
      Octets(OSSL_KDF_PARAM_SALT, salt),
      OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_N, &n),
      OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_R, &r),
      OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_P, &p),
      OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_MAXMEM, &max_memory),
      OSSL_PARAM_construct_end()};
  if (Scrypt() == nullptr) return CaptureError("scrypt is not available");
  const openssl::KdfCtxPtr context(EVP_KDF_CTX_new(Scrypt()));
  if (context != nullptr &&
      EVP_KDF_derive(context.get(), out.data(), out.size(), params.data()) == 1) {
    return Ok();
  }
  return DeriveFailure();
}

}  // namespace hermetic::kdf
