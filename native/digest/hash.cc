// See hash.h.
#include "native/digest/hash.h"

#include <openssl/core_names.h>
#include <openssl/params.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "native/base/bytes.h"
#include "native/base/error.h"
#include "native/base/result.h"
#include "native/digest/algorithms.h"
#include "native/digest/blake2.h"
#include "native/openssl/error.h"

namespace hermetic::digest {
namespace {

using openssl::CaptureError;
using openssl::MdCtxPtr;

// ShortenedLength returns the requested length of the output, or the algorithm's own.
Result<size_t> ShortenedLength(const Algorithm& algorithm, std::optional<int64_t> digest_len) {
  if (!digest_len.has_value()) return algorithm.digest_len;
  const auto most = static_cast<int64_t>(algorithm.digest_len);
  if (*digest_len >= 1 && *digest_len <= most) return static_cast<size_t>(*digest_len);
  return ValueError("digestSize for " + algorithm.name + " must be between 1 and " +
                    std::to_string(most) + " bytes, got " + std::to_string(*digest_len));
}

bool CanSetLength(const EVP_MD* md) {
  const OSSL_PARAM* settable = EVP_MD_settable_ctx_params(md);
  return settable != nullptr &&
         OSSL_PARAM_locate_const(settable, OSSL_DIGEST_PARAM_SIZE) != nullptr;
}

Result<MdCtxPtr> Duplicate(const EVP_MD_CTX* context) {
  MdCtxPtr copy(EVP_MD_CTX_new());
  if (copy == nullptr || EVP_MD_CTX_copy_ex(copy.get(), context) != 1) {
    return CaptureError("the hash could not be copied");
  }
  return copy;
}

Status CheckLength(const Algorithm& algorithm, size_t digest_len, size_t out_len) {
  if (algorithm.is_xof || out_len == digest_len) return Ok();
  return ValueError("the digest has " + std::to_string(digest_len) + " bytes");
}

int Finish(const Algorithm& algorithm, EVP_MD_CTX* context, MutableByteView out) {
  return algorithm.is_xof ? EVP_DigestFinalXOF(context, out.data(), out.size())
                          : EVP_DigestFinal_ex(context, out.data(), nullptr);
}

}  // namespace

Status DigestOnce(const Algorithm& algorithm, ByteView data, MutableByteView out) {
  // The context is kept, because making one takes longer than hashing a block. OpenSSL wipes its
  // copy of the block when it has finished. Only digests without parameters use it: OpenSSL keeps
  // those of BLAKE2 in a context that is started again.
  thread_local MdCtxPtr context(EVP_MD_CTX_new());
  Status fits = CheckLength(algorithm, algorithm.digest_len, out.size());
  if (!fits.ok() || out.empty()) return fits;
  if (context == nullptr || EVP_DigestInit_ex2(context.get(), algorithm.md.get(), nullptr) != 1 ||
      EVP_DigestUpdate(context.get(), data.data(), data.size()) != 1 ||
      Finish(algorithm, context.get(), out) != 1) {
    return CaptureError("the digest could not be computed");
  }
  return Ok();
}

Hash::Hash(const Algorithm& algorithm, size_t digest_len, State state)
    : algorithm_(&algorithm), digest_len_(digest_len), state_(std::move(state)) {}

Result<Hash> Hash::Start(const Algorithm& algorithm, std::optional<int64_t> digest_len) {
  Result<size_t> len = ShortenedLength(algorithm, digest_len);
  if (!len.ok()) return len.error();
  std::array<OSSL_PARAM, 2> params = {OSSL_PARAM_construct_end(), OSSL_PARAM_construct_end()};
  if (*len != algorithm.digest_len) {
    if (!CanSetLength(algorithm.md.get())) {
      return NotImplementedError("this OpenSSL cannot shorten the output of " + algorithm.name);
    }
    params[0] = OSSL_PARAM_construct_size_t(OSSL_DIGEST_PARAM_SIZE, &len.value());
  }
  MdCtxPtr context(EVP_MD_CTX_new());
  if (context == nullptr ||
      EVP_DigestInit_ex2(context.get(), algorithm.md.get(), params.data()) != 1) {
    return CaptureError("the hash could not be started");
  }
  return Hash(algorithm, *len, std::move(context));
}

Result<Hash> Hash::StartBlake2(const Algorithm& algorithm, const Blake2Parameters& parameters) {
  const bool is_2b = algorithm.name == "blake2b";
  if (!is_2b && algorithm.name != "blake2s") {
    return ValueError(algorithm.name + " has no parameters of BLAKE2");
  }
  Result<Blake2> state = Blake2::Start(is_2b ? Blake2::Kind::k2b : Blake2::Kind::k2s, parameters);
  if (!state.ok()) return state.error();
  return Hash(algorithm, static_cast<size_t>(parameters.digest_len), State(*state));
}

Status Hash::Update(ByteView data) {
  if (Blake2* const blake2 = std::get_if<Blake2>(&state_)) {
    blake2->Update(data);
    return Ok();
  }
  const MdCtxPtr& context = *std::get_if<MdCtxPtr>(&state_);
  if (EVP_DigestUpdate(context.get(), data.data(), data.size()) == 1) return Ok();
  return CaptureError("the hash could not be updated");
}

Status Hash::Digest(MutableByteView out) const {
  Status fits = CheckLength(*algorithm_, digest_len_, out.size());
  if (!fits.ok() || out.empty()) return fits;  // OpenSSL refuses an output of no bytes
  if (const Blake2* const blake2 = std::get_if<Blake2>(&state_)) {
    blake2->Digest(out);
    return Ok();
  }
  return DigestByEvp(std::get_if<MdCtxPtr>(&state_)->get(), out);
}

Status Hash::DigestByEvp(const EVP_MD_CTX* context, MutableByteView out) const {
  Result<MdCtxPtr> copy = Duplicate(context);
  if (!copy.ok()) return copy.error();
  if (Finish(*algorithm_, copy->get(), out) != 1)
    return CaptureError("the hash could not be finished");
  return Ok();
}

Result<Hash> Hash::Copy() const {
  if (const Blake2* const blake2 = std::get_if<Blake2>(&state_)) {
    return Hash(*algorithm_, digest_len_, State(*blake2));
  }
  Result<MdCtxPtr> copy = Duplicate(std::get_if<MdCtxPtr>(&state_)->get());
  if (!copy.ok()) return copy.error();
  return Hash(*algorithm_, digest_len_, State(std::move(*copy)));
}

}  // namespace hermetic::digest
