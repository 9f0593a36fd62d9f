// For each digest: whether the planned time of a batch grows with its streams, and whether batches
// of every size, up to the most lanes that a kernel may have, agree with the portable engine.
#include <array>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "native/kdf/digest_shape.h"
#include "native/kdf/hmac_state.h"
#include "native/kdf/kernel.h"
#include "native/kdf/plan.h"
#include "native/kdf/scratch.h"
#include "native/kdf/selection.h"
#include "native/kdf/thread_plan.h"

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

void AdvanceTogether(const Plan& plan, ShapeId shape, Streams& streams, Scratch& scratch) {
  std::vector<Stream*> pointers;
  for (Stream& stream : streams) pointers.push_back(&stream);
  plan.Advance(ShapeOf(shape), pointers, kNumIterations, scratch);
}

struct Faults {
  int num_shorter = 0;
  int num_wrong = 0;
};

void Check(ShapeId shape, const Plan& plan, Scratch& scratch, Faults& faults) {
  for (size_t n = 1; n <= Kernel::kMaxLanes; ++n) {
    if (n > 1 && plan.NsPerIteration(n) < plan.NsPerIteration(n - 1)) ++faults.num_shorter;
    Streams alone = Begin(shape, n);
    Streams together = Begin(shape, n);
    AdvanceAlone(ShapeOf(shape), alone, scratch.data());
    AdvanceTogether(plan, shape, together, scratch);
    for (size_t i = 0; i < n; ++i) {
      faults.num_wrong += std::memcmp(&alone[i], &together[i], sizeof(Stream)) != 0 ? 1 : 0;
    }
  }
}

// Kernels that exist in name only.
constexpr Kernel kNarrow = {"narrow", Compression::kSha512, false, 1, false, nullptr};
constexpr Kernel kPure = {"pure", Compression::kSha512, false, 8, false, nullptr};
constexpr Kernel kHybrid = {"hybrid", Compression::kSha512, false, 9, true, nullptr};

// Prints the lanes of a plan with a hybrid of this time, and its first kernels for 8 and 9 streams.
void PrintPlan(double ns_of_hybrid) {
  const Candidate candidates[] = {
      {&kNarrow, true, 300}, {&kPure, true, 800}, {&kHybrid, true, ns_of_hybrid}};
  const Plan plan(candidates);
  std::printf("%zu %s %s\n", plan.NumLanes(), std::string(plan.FirstFor(8).name).c_str(),
              std::string(plan.FirstFor(9).name).c_str());
}

// Prints the turn in which a thread with full batches makes its own plan; whether one with a single
// stream keeps that of the selection; whether a plan that has hybrids gives them up after a slow
// turn.
void PrintTurns(Scratch& scratch) {
  const Selection& selection = *Selection::Of(ShapeId::kSha256);
  ThreadPlan busy;
  ThreadPlan idle;
  int turn = 0;
  for (; turn < 100 && &busy.Of(selection) == &selection.plan(); ++turn) {
    busy.EndTurn(selection, {Kernel::kMaxLanes, 1000, 1}, scratch);
    idle.EndTurn(selection, {0, 1000, 1}, scratch);
  }
  const bool is_idle_same = &idle.Of(selection) == &selection.plan();
  busy.EndTurn(selection, {Kernel::kMaxLanes, 1000, 1e9}, scratch);
  const bool has_hybrid = busy.Of(selection).FirstFor(Kernel::kMaxLanes).is_hybrid;
  std::printf("%d %d %d\n", turn, is_idle_same ? 1 : 0, has_hybrid ? 1 : 0);
}

}  // namespace

int main() {
  PrintPlan(810);
  PrintPlan(1400);
  const auto scratch = std::make_unique<Scratch>();
  PrintTurns(*scratch);
  for (size_t index = 0; index < kNumShapes; ++index) {
    const auto shape = static_cast<ShapeId>(index);
    const Selection& selection = *Selection::Of(shape);
    Faults faults;
    Check(shape, selection.plan(), *scratch, faults);
    Check(shape, selection.CompareHybrids(*scratch), *scratch, faults);
    std::printf("%d %d\n", faults.num_shorter, faults.num_wrong);
  }
  return 0;
}
