// See self_test.h. The answers come from Python's hashlib and node:crypto
// (scripts/generate-known-answers.mjs), folded to one number each.
#include "native/kdf/self_test.h"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>

#include "native/base/bytes.h"
#include "native/kdf/digest_shape.h"
#include "native/kdf/hmac_state.h"
#include "native/kdf/kernel.h"

namespace hermetic::kdf {
namespace {

constexpr uint64_t kAnswers[kNumShapes][Kernel::kMaxLanes] = {
#include "native/kdf/generated/known_answers.inc"
};

// With the first iteration, which Begin does: 9 iterations. Two steps show that a kernel passes U_j
// on.
constexpr uint32_t kSteps[] = {5, 3};

uint64_t Fold(const uint64_t* words) {
  uint64_t folded = 0;
  for (size_t i = 0; i < 8; ++i) folded = std::rotl(folded, 7) ^ words[i];
  return folded;
}

bool PassesWith(const Kernel& kernel, ShapeId shape, size_t num_streams, void* scratch) {
  std::array<Stream, Kernel::kMaxLanes> streams;
  std::array<Stream*, Kernel::kMaxLanes> pointers{};
  for (size_t i = 0; i < num_streams; ++i) {
    const std::string password = "lane " + std::to_string(i);
    const HmacState key(shape, ViewOf(password), ViewOf("hermetic-ssl"));
    key.Begin(1, streams[i]);
    pointers[i] = &streams[i];
  }
  for (const uint32_t num_iterations : kSteps)
    kernel.run(ShapeOf(shape), pointers.data(), num_streams, num_iterations, scratch);
  for (size_t i = 0; i < num_streams; ++i) {
    if (Fold(streams[i].t) != kAnswers[static_cast<size_t>(shape)][i]) return false;
  }
  return true;
}

}  // namespace

bool PassesSelfTest(const Kernel& kernel, ShapeId shape, void* scratch) {
  return PassesWith(kernel, shape, kernel.num_lanes, scratch) &&
         PassesWith(kernel, shape, (kernel.num_lanes + 1) / 2, scratch);
}

}  // namespace hermetic::kdf
