// Hashes for lib/hashlib.ts.
#include "native/napi/digest.h"

#include <openssl/evp.h>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "native/base/bytes.h"
#include "native/base/result.h"
#include "native/digest/algorithms.h"
#include "native/digest/blake2.h"
#include "native/digest/hash.h"
#include "native/napi/convert.h"
#include "native/napi/domains.h"
#include "native/napi/error_record.h"
#include "native/napi/handle.h"
#include "native/napi/throw.h"
#include "native/openssl/error.h"

namespace hermetic::napi {
namespace {

using digest::Algorithm;
using digest::Hash;
using openssl::ErrorScope;

// An EVP context and a digest's state in it, or a BLAKE2 state, take about half a kilobyte.
constexpr HandleKind kHash = {{0x8c1d3f5e7a9b4206, 0x93d5a8c74e1b60f2}, "hash", 512};

// algorithm(name): the properties of a digest that lib needs.
Napi::Value AlgorithmInfo(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const ErrorScope scope;
  const auto found = AlgorithmArgument(info, 0);
  if (!found.ok()) return ToRecord(env, found.error());
  const Algorithm& algorithm = *found.value();
  Napi::Object object = Napi::Object::New(env);
  object.Set("name", Napi::String::New(env, algorithm.name));
  object.Set("digestSize", Napi::Number::New(env, static_cast<double>(algorithm.digest_len)));
  object.Set("blockSize", Napi::Number::New(env, static_cast<double>(algorithm.block_len)));
  object.Set("isXof", Napi::Boolean::New(env, algorithm.is_xof));
  object.Set("id", Napi::Number::New(env, static_cast<double>(algorithm.id)));
  return object;
}

Napi::String ToHex(Napi::Env env, ByteView bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::array<char, std::size_t{2} * EVP_MAX_MD_SIZE> text = {};
  size_t length = 0;
  for (const uint8_t byte : bytes) {
    text[length++] = kDigits[byte >> 4];
    text[length++] = kDigits[byte & 0x0f];
  }
  napi_value string = nullptr;
  if (napi_create_string_latin1(env, text.data(), length, &string) != napi_ok)
    ThrowOutOfMemory(env);
  return {env, string};
}

Napi::Value Algorithms(const Napi::CallbackInfo& info) {
  const auto names = digest::AvailableAlgorithms();
  Napi::Array array = Napi::Array::New(info.Env(), names.size());
  for (size_t i = 0; i < names.size(); ++i) {
    array.Set(static_cast<uint32_t>(i), Napi::String::New(info.Env(), std::string(names[i])));
  }
  return array;
}

// hashNew(name, digestSize | undefined)
Napi::Value HashNew(const Napi::CallbackInfo& info) {
  const ErrorScope scope;
  const auto found = AlgorithmArgument(info, 0);
  if (!found.ok()) return ToRecord(info.Env(), found.error());
  std::optional<int64_t> digest_len;
  if (!IsMissing(info, 1)) digest_len = IntegerArgument(info, 1);
  return ToHandleOrRecord(info.Env(), kHash, Hash::Start(*found.value(), digest_len));
}

// hashNewBlake2(name, digestSize, key, salt, person, fanout, depth, leafSize, nodeOffset,
// nodeDepth, innerSize, lastNode): all arguments are required; nodeOffset is a bigint.
Napi::Value HashNewBlake2(const Napi::CallbackInfo& info) {
  const ErrorScope scope;
  const auto found = AlgorithmArgument(info, 0);
  if (!found.ok()) return ToRecord(info.Env(), found.error());
  const digest::Blake2Parameters parameters = {.digest_len = IntegerArgument(info, 1),
                                               .key = BytesArgument(info, 2),
                                               .salt = BytesArgument(info, 3),
                                               .person = BytesArgument(info, 4),
                                               .fanout = IntegerArgument(info, 5),
                                               .depth = IntegerArgument(info, 6),
                                               .leaf_len = IntegerArgument(info, 7),
                                               .node_offset = Uint64Argument(info, 8),
                                               .node_depth = IntegerArgument(info, 9),
                                               .inner_len = IntegerArgument(info, 10),
                                               .is_last_node = BooleanArgument(info, 11)};
  return ToHandleOrRecord(info.Env(), kHash, Hash::StartBlake2(*found.value(), parameters));
}

// hashUpdate(hash, data)
Napi::Value HashUpdate(const Napi::CallbackInfo& info) {
  const ErrorScope scope;
  Hash& hash = HandleArgument<Hash>(info, 0, kHash);
  return ToValue(info.Env(), hash.Update(BytesArgument(info, 1)));
}

// hashDigest(hash, out): fills `out`, which has the digest's length, or any length for an XOF.
Napi::Value HashDigest(const Napi::CallbackInfo& info) {
  const ErrorScope scope;
  const Hash& hash = HandleArgument<Hash>(info, 0, kHash);
  return ToValue(info.Env(), hash.Digest(BytesArgument(info, 1)));
}

// hashCopy(hash)
Napi::Value HashCopy(const Napi::CallbackInfo& info) {
  const ErrorScope scope;
  return ToHandleOrRecord(info.Env(), kHash, HandleArgument<Hash>(info, 0, kHash).Copy());
}

// PartArgument returns the part of argument `index` that the two arguments after it select.
ByteView PartArgument(const Napi::CallbackInfo& info, size_t index) {
  const ByteView bytes = BytesArgument(info, index);
  const size_t offset = SizeArgument(info, index + 1);
  const size_t len = SizeArgument(info, index + 2);
  if (offset > bytes.size() || len > bytes.size() - offset)
    ThrowContract(info.Env(), "the part is not within the bytes");
  return bytes.subspan(offset, len);
}

// hashOnce(id, data, offset, length, out): the digest of a part of `data`.
Napi::Value HashOnce(const Napi::CallbackInfo& info) {
  const ErrorScope scope;
  const Algorithm& algorithm = IdArgument(info, 0);
  const ByteView part = PartArgument(info, 1);
  return ToValue(info.Env(), digest::DigestOnce(algorithm, part, BytesArgument(info, 4)));
}

// hashOnceHex(id, data, offset, length): the same as hexadecimal digits, for a digest of fixed
// length.
Napi::Value HashOnceHex(const Napi::CallbackInfo& info) {
  const ErrorScope scope;
  const Algorithm& algorithm = IdArgument(info, 0);
  std::array<uint8_t, EVP_MAX_MD_SIZE> bytes = {};
  const MutableByteView out = std::span(bytes).first(algorithm.digest_len);
  const Status done = digest::DigestOnce(algorithm, PartArgument(info, 1), out);
  if (!done.ok()) return ToRecord(info.Env(), done.error());
  return ToHex(info.Env(), out);
}

constexpr Entry kEntries[] = {
    {"hashOnce", HashOnce},     {"hashOnceHex", HashOnceHex}, {"algorithm", AlgorithmInfo},
    {"algorithms", Algorithms}, {"hashNew", HashNew},         {"hashNewBlake2", HashNewBlake2},
    {"hashUpdate", HashUpdate}, {"hashDigest", HashDigest},   {"hashCopy", HashCopy},
};

}  // namespace

Result<const Algorithm*> AlgorithmArgument(const Napi::CallbackInfo& info, size_t index) {
  return digest::FindAlgorithm(StringArgument(info, index));
}

const Algorithm& IdArgument(const Napi::CallbackInfo& info, size_t index) {
  const Algorithm* const algorithm = digest::AlgorithmById(Uint32Argument(info, index));
  if (algorithm == nullptr) ThrowContract(info.Env(), "no algorithm has this id");
  return *algorithm;
}

void RegisterDigest(Napi::Env env, Napi::Object exports) { SetEntries(env, exports, kEntries); }

}  // namespace hermetic::napi
