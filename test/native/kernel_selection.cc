// For each digest: whether the planned time of a batch grows with its streams, and whether batches
// of every size, up to the most lanes that a kernel may have, agree with the portable engine.
#include <array>
#include <cstdio>
#include <cstring>
#include <memory>
#include <random>
#include <vector>

#include "native/kdf/digest_shape.h"
#include "native/kdf/hmac_state.h"
#include "native/kdf/kernel.h"
#include "native/kdf/scratch.h"
#include "native/kdf/selection.h"

using namespace hermetic::kdf;

namespace {

constexpr uint32_t kNumIterations = 6;

using Streams = std::vector<Stream>;

Streams Begin(ShapeId shape, size_t num_streams) {
  const HmacState key(shape, {}, {});
  Streams streams(num_streams);
  for (size_t i = 0; i < num_streams; ++i) key.Begin(static_cast<uint32_t>(i) + 1, streams[i]);
  return streams;
}

void AdvanceAlone(const Shape& shape, Streams& streams, void* scratch) {
  for (const Kernel& kernel : kPortableEngine.kernels) {
    if (kernel.compression != shape.compression) continue;
    if (kernel.is_truncated != shape.IsTruncated()) continue;
    for (Stream& stream : streams) {
      Stream* const pointer = &stream;
      kernel.run(shape, &pointer, 1, kNumIterations, scratch);
    }
  }
}

void AdvanceTogether(const Selection& selection, Streams& streams, Scratch& scratch) {
  std::vector<Stream*> pointers;
  for (Stream& stream : streams) pointers.push_back(&stream);
  selection.Advance(pointers, kNumIterations, scratch);
}

}  // namespace

int main() {
  const auto scratch = std::make_unique<Scratch>();
  for (size_t index = 0; index < kNumShapes; ++index) {
    const auto shape = static_cast<ShapeId>(index);
    const Selection& selection = *Selection::Of(shape);
    int num_shorter = 0;
    int num_wrong = 0;
    for (size_t n = 1; n <= Kernel::kMaxLanes; ++n) {
      if (n > 1 && selection.NsPerIteration(n) < selection.NsPerIteration(n - 1)) ++num_shorter;
      Streams alone = Begin(shape, n);
      Streams together = Begin(shape, n);
      AdvanceAlone(ShapeOf(shape), alone, scratch->data());
      AdvanceTogether(selection, together, *scratch);
      for (size_t i = 0; i < n; ++i) {
        num_wrong += std::memcmp(&alone[i], &together[i], sizeof(Stream)) != 0 ? 1 : 0;
      }
    }
    size_t most = 0;
    for (const Candidate& candidate : selection.candidates())
      most = candidate.kernel->num_lanes > most ? candidate.kernel->num_lanes : most;
    std::printf("%zu %zu %d %d\n", most, selection.NumLanes(), num_shorter, num_wrong);
  }
  return 0;
}
