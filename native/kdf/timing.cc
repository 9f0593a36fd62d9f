// See timing.h.
#include "native/kdf/timing.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <ratio>
#include <span>
#include <vector>

#include "native/kdf/digest_shape.h"
#include "native/kdf/hmac_state.h"
#include "native/kdf/kernel.h"

namespace hermetic::kdf {
namespace {

constexpr int kNumRuns = 7;
constexpr double kRunNs = 20000;

// Stopwatch times a kernel: one iteration of a full batch, in ns. The minimum of several runs of
// about 20 us counts, because other work on the machine only adds to the time.
class Stopwatch {
 public:
  Stopwatch(const Kernel& kernel, ShapeId shape) : kernel_(kernel), shape_(ShapeOf(shape)) {
    const HmacState key(shape, {}, {});
    for (uint32_t i = 0; i < kernel.num_lanes; ++i) {
      key.Begin(i + 1, streams_[i]);
      pointers_[i] = &streams_[i];
    }
  }

  void Run(void* scratch) {
    const auto start = Clock::now();
    kernel_.run(shape_, pointers_.data(), kernel_.num_lanes, num_iterations_, scratch);
    const std::chrono::duration<double, std::nano> elapsed = Clock::now() - start;
    const double ns = std::max(elapsed.count() / num_iterations_, 0.1);
    least_ = std::min(least_, ns);
    num_iterations_ = static_cast<uint32_t>(std::clamp(kRunNs / ns, 8.0, 2000.0));
  }

  double least() const { return least_; }

 private:
  using Clock = std::chrono::steady_clock;

  std::array<Stream, Kernel::kMaxLanes> streams_;
  std::array<Stream*, Kernel::kMaxLanes> pointers_{};
  const Kernel& kernel_;
  const Shape& shape_;
  double least_ = std::numeric_limits<double>::max();
  uint32_t num_iterations_ = 8;
};

}  // namespace

// In turns, so that a moment in which the machine is slow affects all kernels.
std::vector<double> TimeKernels(std::span<const Kernel* const> kernels, ShapeId shape,
                                void* scratch) {
  std::vector<std::unique_ptr<Stopwatch>> watches;
  for (const Kernel* kernel : kernels)
    watches.push_back(std::make_unique<Stopwatch>(*kernel, shape));
  for (int run = 0; run < kNumRuns; ++run) {
    for (const auto& watch : watches) watch->Run(scratch);
  }
  std::vector<double> times;
  times.reserve(watches.size());
  for (const auto& watch : watches) times.push_back(watch->least());
  return times;
}

}  // namespace hermetic::kdf
