// See selection.h.
#include "native/kdf/selection.h"

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "native/base/error.h"
#include "native/kdf/digest_shape.h"
#include "native/kdf/engines.h"
#include "native/kdf/kernel.h"
#include "native/kdf/plan.h"
#include "native/kdf/scratch.h"
#include "native/kdf/self_test.h"
#include "native/kdf/timing.h"

namespace hermetic::kdf {
namespace {

// The selections of this process. They are never freed, because a thread may be using one.
struct Shared {
  std::mutex mutex;  // guards the members below; `made` is also read without it
  Rules rules;
  std::vector<std::string> notices;
  std::array<std::atomic<const Selection*>, kNumShapes> made{};
  std::array<bool, kNumShapes> is_tried{};
  std::atomic<bool> is_evp_forced{false};
};

Shared& TheShared() {
  static Shared* const kShared = new Shared;
  return *kShared;
}

bool Computes(const Kernel& kernel, const Shape& shape) {
  return kernel.compression == shape.compression && kernel.is_truncated == shape.IsTruncated();
}

// KernelsFor returns the kernels that the rules allow.
std::vector<std::pair<const Engine*, const Kernel*>> KernelsFor(const Shape& shape,
                                                                std::string_view forced) {
  std::vector<std::pair<const Engine*, const Kernel*>> kernels;
  for (const Engine* engine : SupportedEngines()) {
    if (!forced.empty() && engine->name != forced) continue;
    for (const Kernel& kernel : engine->kernels) {
      if (Computes(kernel, shape)) kernels.emplace_back(engine, &kernel);
    }
  }
  if (kernels.empty() && !forced.empty()) return KernelsFor(shape, kPortableEngine.name);
  return kernels;
}

void SetTimes(std::vector<Candidate>& candidates, ShapeId shape, void* scratch) {
  std::vector<const Kernel*> kernels;
  for (const Candidate& candidate : candidates) {
    if (candidate.passed) kernels.push_back(candidate.kernel);
  }
  const std::vector<double> times = TimeKernels(kernels, shape, scratch);
  auto time = times.begin();
  for (Candidate& candidate : candidates) {
    if (candidate.passed) candidate.ns_per_iteration = *time++;
  }
}

}  // namespace

const Selection* Selection::Of(ShapeId shape) {
  Shared& shared = TheShared();
  const auto index = static_cast<size_t>(shape);
  if (const Selection* made = Made(shape)) return made;
  const std::lock_guard lock(shared.mutex);
  if (!shared.is_tried[index]) {
    shared.made[index].store(Make(shape, shared.rules, shared.notices).release(),
                             std::memory_order_release);
    shared.is_tried[index] = true;
  }
  return shared.made[index];
}

const Selection* Selection::Made(ShapeId shape) {
  return TheShared().made[static_cast<size_t>(shape)].load(std::memory_order_acquire);
}

Error Selection::NoKernel() {
  return StateError(
      "no PBKDF2 kernel for this digest passed its self-test; HERMETIC_PBKDF2_ENGINE=evp does "
      "without them");
}

void Selection::SetRules(const Rules& rules) {
  Shared& shared = TheShared();
  const std::lock_guard lock(shared.mutex);
  if (rules.forced == shared.rules.forced && rules.failing == shared.rules.failing) return;
  shared.rules = rules;
  shared.is_evp_forced = rules.forced == kEvpEngine;
  for (auto& made : shared.made) made = nullptr;
  shared.is_tried = {};
}

bool Selection::IsForcedToEvp() { return TheShared().is_evp_forced; }

std::vector<std::string> Selection::TakeNotices() {
  Shared& shared = TheShared();
  const std::lock_guard lock(shared.mutex);
  return std::exchange(shared.notices, {});
}

std::unique_ptr<const Selection> Selection::Make(ShapeId shape, const Rules& rules,
                                                 std::vector<std::string>& notices) {
  const auto scratch = std::make_unique<Scratch>();
  std::vector<Candidate> candidates;
  bool is_any_usable = false;
  for (const auto& [engine, kernel] : KernelsFor(ShapeOf(shape), rules.forced)) {
    const bool passed =
        engine->name != rules.failing && PassesSelfTest(*kernel, shape, scratch->data());
    if (!passed) {
      notices.push_back("the PBKDF2 kernel " + std::string(kernel->name) +
                        " failed its self-test and is not used");
    }
    is_any_usable |= passed;
    candidates.push_back({kernel, passed, 0});
  }
  if (!is_any_usable) return nullptr;
  SetTimes(candidates, shape, scratch->data());
  return std::unique_ptr<const Selection>(new Selection(shape, std::move(candidates)));
}

Selection::Selection(ShapeId shape, std::vector<Candidate> candidates)
    : shape_(shape), candidates_(std::move(candidates)), plan_(candidates_) {}

// Best returns the candidate with the least time for a stream, or null.
const Candidate* Selection::Best(bool is_hybrid) const {
  const auto per_stream = [](const Candidate& candidate) {
    return candidate.ns_per_iteration / candidate.kernel->num_lanes;
  };
  const Candidate* best = nullptr;
  for (const Candidate& candidate : candidates_) {
    if (!candidate.passed || candidate.kernel->is_hybrid != is_hybrid) continue;
    if (best == nullptr || per_stream(candidate) < per_stream(*best)) best = &candidate;
  }
  return best;
}

Plan Selection::CompareHybrids(Scratch& scratch) const {
  const Candidate* const hybrid = Best(true);
  const Candidate* const other = Best(false);
  if (hybrid == nullptr || other == nullptr) return plan_;
  const std::array<const Kernel*, 2> kernels = {hybrid->kernel, other->kernel};
  const std::vector<double> times = TimeKernels(kernels, shape_, scratch.data());
  const double change_of_hybrids = times[0] / hybrid->ns_per_iteration;
  const double change_of_others = times[1] / other->ns_per_iteration;
  std::vector<Candidate> candidates = candidates_;
  for (Candidate& candidate : candidates) {
    candidate.ns_per_iteration *=
        candidate.kernel->is_hybrid ? change_of_hybrids : change_of_others;
  }
  return Plan(candidates);
}

Plan Selection::PlanWithoutHybrids() const {
  if (Best(false) == nullptr) return plan_;
  std::vector<Candidate> candidates = candidates_;
  for (Candidate& candidate : candidates) candidate.passed &= !candidate.kernel->is_hybrid;
  return Plan(candidates);
}

}  // namespace hermetic::kdf
