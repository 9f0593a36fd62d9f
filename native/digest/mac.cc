// See mac.h.
#include "native/digest/mac.h"

#include <openssl/core_names.h>
#include <openssl/params.h>

#include <array>
#include <climits>
#include <cstdint>
#include <string>
#include <utility>

#include "native/base/bytes.h"
#include "native/base/error.h"
#include "native/base/result.h"
#include "native/digest/algorithms.h"
#include "native/openssl/error.h"

namespace hermetic::digest {
namespace {

using openssl::CaptureError;
using openssl::MacCtxPtr;

EVP_MAC* Hmac() {
  // Fetched once and kept: a fetch costs more than the HMAC of a short message.
  static EVP_MAC* const kHmac = EVP_MAC_fetch(nullptr, OSSL_MAC_NAME_HMAC, nullptr);
  return kHmac;
}

Result<MacCtxPtr> Duplicate(const EVP_MAC_CTX* context) {
  MacCtxPtr copy(EVP_MAC_CTX_dup(context));
  if (copy == nullptr) return CaptureError("the HMAC could not be copied");
  return copy;
}

}  // namespace

Mac::Mac(const Algorithm& algorithm, MacCtxPtr context)
    : algorithm_(&algorithm), context_(std::move(context)) {}

Result<Mac> Mac::Start(const Algorithm& algorithm, ByteView key) {
  if (algorithm.is_xof) {
    return ValueError("unsupported hash algorithm " + algorithm.name +
                      ": HMAC needs a digest of fixed length");
  }
  std::string name = EVP_MD_get0_name(algorithm.md.get());
  const std::array<OSSL_PARAM, 2> params = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name.data(), 0),
      OSSL_PARAM_construct_end()};
  // A null key would mean "the previous key".
  static constexpr uint8_t kNoBytes = 0;
  const uint8_t* key_data = key.empty() ? &kNoBytes : key.data();
  // OpenSSL counts the key in an int, and would treat a key of 2^32 bytes as empty.
  if (key.size() > INT_MAX) return OverflowError("key is too long.");
  if (Hmac() == nullptr) return CaptureError("HMAC is not available");
  MacCtxPtr context(EVP_MAC_CTX_new(Hmac()));
  if (context == nullptr || EVP_MAC_init(context.get(), key_data, key.size(), params.data()) != 1) {
    return CaptureError("the HMAC could not be started");
  }
  return Mac(algorithm, std::move(context));
}

Status Mac::Update(ByteView data) {
  if (EVP_MAC_update(context_.get(), data.data(), data.size()) == 1) return Ok();
  return CaptureError("the HMAC could not be updated");
}

Status Mac::Digest(MutableByteView out) const {
  if (out.size() != algorithm_->digest_len) {
    return ValueError("the code has " + std::to_string(algorithm_->digest_len) + " bytes");
  }
  Result<MacCtxPtr> copy = Duplicate(context_.get());
  if (!copy.ok()) return copy.error();
  size_t len = 0;
  if (EVP_MAC_final(copy->get(), out.data(), &len, out.size()) == 1 && len == out.size())
    return Ok();
  return CaptureError("the HMAC could not be finished");
}

Result<Mac> Mac::Copy() const {
  Result<MacCtxPtr> copy = Duplicate(context_.get());
  if (!copy.ok()) return copy.error();
  return Mac(*algorithm_, std::move(*copy));
}

}  // namespace hermetic::digest
