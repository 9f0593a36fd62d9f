// Hashes for lib/hashlib.ts. lib/internal/native-binding.ts has the types.
#include "native/napi/digest.h"

#include <openssl/evp.h>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "native/digest/algorithms.h"
#include "native/digest/blake2.h"
#include "native/digest/hash.h"
#include "native/napi/convert.h"
#include "native/napi/domains.h"
#include "native/napi/error_record.h"
#include "native/napi/handle.h"

namespace hermetic::glue {
namespace {

using digest::Algorithm;
using digest::Hash;
using openssl::ErrorScope;
using openssl::Result;

// A context of EVP and the state of a digest in it, or a BLAKE2, are about half a kilobyte.
constexpr HandleKind kHash = {{0x8c1d3f5e7a9b4206, 0x93d5a8c74e1b60f2}, "hash", 512};

// algorithm(name): what lib needs to know of a digest.
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
  return object;
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
// nodeDepth, innerSize, lastNode): all of them, nodeOffset as a bigint.
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

// hashDigest(hash): a digest of fixed length.
Napi::Value HashDigest(const Napi::CallbackInfo& info) {
  const ErrorScope scope;
  const Hash& hash = HandleArgument<Hash>(info, 0, kHash);
  std::array<uint8_t, EVP_MAX_MD_SIZE> bytes = {};
  const openssl::MutableByteView out = std::span(bytes).first(hash.digest_len());
  const openssl::Status done = hash.Digest(out);
  if (!done.ok()) return ToRecord(info.Env(), done.error());
  return ToBuffer(info.Env(), out);
}

// hashSqueeze(hash, out): fills `out` from an XOF.
Napi::Value HashSqueeze(const Napi::CallbackInfo& info) {
  const ErrorScope scope;
  const Hash& hash = HandleArgument<Hash>(info, 0, kHash);
  return ToValue(info.Env(), hash.Digest(BytesArgument(info, 1)));
}

// hashCopy(hash)
Napi::Value HashCopy(const Napi::CallbackInfo& info) {
  const ErrorScope scope;
  return ToHandleOrRecord(info.Env(), kHash, HandleArgument<Hash>(info, 0, kHash).Copy());
}

constexpr Entry kEntries[] = {
    {"algorithm", AlgorithmInfo},     {"algorithms", Algorithms}, {"hashNew", HashNew},
    {"hashNewBlake2", HashNewBlake2}, {"hashUpdate", HashUpdate}, {"hashDigest", HashDigest},
    {"hashSqueeze", HashSqueeze},     {"hashCopy", HashCopy},
};

}  // namespace

Result<const Algorithm*> AlgorithmArgument(const Napi::CallbackInfo& info, size_t index) {
  return digest::FindAlgorithm(StringArgument(info, index));
}

void RegisterDigest(Napi::Env env, Napi::Object exports) { SetEntries(env, exports, kEntries); }

}  // namespace hermetic::glue
