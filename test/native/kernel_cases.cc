// Compares every kernel of this processor with PKCS5_PBKDF2_HMAC over random derivations. The
// streams of a kernel are refilled as they end, so that different iteration counts are side by side
// and the number of streams changes. Arguments: the number of derivations for each kernel.
#include <openssl/evp.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "native/base/bytes.h"
#include "native/kdf/digest_shape.h"
#include "native/kdf/engines.h"
#include "native/kdf/hmac_state.h"
#include "native/kdf/kernel.h"
#include "native/kdf/scratch.h"

using namespace hermetic::kdf;
using hermetic::ByteView;

namespace {

constexpr const char* kDigests[kNumShapes] = {"SHA1",   "SHA224",     "SHA256",    "SHA384",
                                              "SHA512", "SHA512-224", "SHA512-256"};
constexpr int kMaxIterations = 24;
constexpr size_t kMaxLen = 150;  // of password and salt: longer than a block

// Case is the first block of a derivation.
struct Case {
  Stream start;
  std::unique_ptr<HmacState> key;
  uint32_t num_iterations;
  std::vector<uint8_t> expected;
};

using Random = std::mt19937_64;

std::vector<uint8_t> RandomBytes(Random& random) {
  std::vector<uint8_t> bytes(random() % (kMaxLen + 1));
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random());
  return bytes;
}

Case MakeCase(ShapeId shape, Random& random) {
  const auto password = RandomBytes(random);
  const auto salt = RandomBytes(random);
  Case made;
  made.num_iterations = 1 + random() % kMaxIterations;
  made.key = std::make_unique<HmacState>(shape, ByteView(password), ByteView(salt));
  made.key->Begin(1, made.start);
  made.expected.resize(ShapeOf(shape).digest_len);
  const EVP_MD* md = EVP_get_digestbyname(kDigests[static_cast<size_t>(shape)]);
  if (PKCS5_PBKDF2_HMAC(reinterpret_cast<const char*>(password.data()),
                        static_cast<int>(password.size()), salt.data(),
                        static_cast<int>(salt.size()), static_cast<int>(made.num_iterations), md,
                        static_cast<int>(made.expected.size()), made.expected.data()) != 1) {
    std::abort();
  }
  return made;
}

// Lane is a case in progress.
struct Lane {
  const Case* of;
  Stream stream;
  uint32_t num_left;
};

bool IsRight(const Lane& lane) {
  std::vector<uint8_t> out(lane.of->expected.size());
  lane.of->key->StoreBlock(lane.stream, out);
  return out == lane.of->expected &&
         std::memcmp(lane.stream.inner, lane.of->start.inner, sizeof lane.stream.inner) == 0 &&
         std::memcmp(lane.stream.outer, lane.of->start.outer, sizeof lane.stream.outer) == 0;
}

// RunKernel returns the number of wrong cases.
size_t RunKernel(const Kernel& kernel, const Shape& shape, const std::vector<Case>& cases,
                 Random& random) {
  const auto scratch = std::make_unique<Scratch>();
  std::deque<Lane> lanes;
  size_t num_begun = 0;
  size_t num_wrong = 0;
  while (num_begun < cases.size() || !lanes.empty()) {
    const size_t num_wanted = 1 + random() % kernel.num_lanes;
    while (num_begun < cases.size() && lanes.size() < num_wanted) {
      const Case& next = cases[num_begun++];
      lanes.push_back({&next, next.start, next.num_iterations - 1});
    }
    std::vector<Stream*> streams;
    uint32_t num_iterations = kMaxIterations;
    for (Lane& lane : lanes) {
      streams.push_back(&lane.stream);
      num_iterations = std::min(num_iterations, lane.num_left);
    }
    kernel.run(shape, streams.data(), streams.size(), num_iterations, scratch->data());
    for (Lane& lane : lanes) lane.num_left -= num_iterations;
    const auto is_over = [&](const Lane& lane) {
      if (lane.num_left > 0) return false;
      num_wrong += IsRight(lane) ? 0 : 1;
      return true;
    };
    lanes.erase(std::remove_if(lanes.begin(), lanes.end(), is_over), lanes.end());
  }
  return num_wrong;
}

}  // namespace

int main(int /*argc*/, char** argv) {
  const size_t num_cases = std::strtoul(argv[1], nullptr, 10);
  Random random(20);
  for (size_t index = 0; index < kNumShapes; ++index) {
    const auto shape = static_cast<ShapeId>(index);
    std::vector<Case> cases;
    for (size_t i = 0; i < num_cases; ++i) cases.push_back(MakeCase(shape, random));
    for (const Engine* engine : SupportedEngines()) {
      for (const Kernel& kernel : engine->kernels) {
        if (kernel.compression != ShapeOf(shape).compression) continue;
        if (kernel.is_truncated != ShapeOf(shape).IsTruncated()) continue;
        const size_t num_wrong = RunKernel(kernel, ShapeOf(shape), cases, random);
        std::printf("%s %s %zu %zu\n", std::string(kernel.name).c_str(), kDigests[index],
                    cases.size(), num_wrong);
      }
    }
  }
  return 0;
}
