// See engines.h.
#include "native/kdf/engines.h"

#include <string>
#include <string_view>
#include <vector>

#include "native/base/error.h"
#include "native/base/result.h"
#include "native/kdf/cpu.h"
#include "native/kdf/kernel.h"

namespace hermetic::kdf {
namespace {

constexpr const Engine* kEngines[] = {&kPortableEngine, &kShaNiEngine,      &kShaNiAvxEngine,
                                      &kAvx2Engine,     &kAvx512Engine,     &kNeonEngine,
                                      &kArmv8Engine,    &kArmv8Sha512Engine};

// Find returns the name in static memory.
Result<std::string_view> Find(std::string_view name) {
  if (name.empty()) return std::string_view();
  std::string known;
  for (const std::string_view each : EngineNames()) {
    if (each == name) return each;
    known += (known.empty() ? "" : ", ") + std::string(each);
  }
  return ValueError("this processor has no PBKDF2 engine '" + std::string(name) +
                    "'; the engines are " + known);
}

}  // namespace

std::vector<const Engine*> SupportedEngines() {
  std::vector<const Engine*> here;
  for (const Engine* engine : kEngines) {
    if (!engine->kernels.empty() && engine->runs_on(ThisCpu())) here.push_back(engine);
  }
  return here;
}

std::vector<std::string_view> EngineNames() {
  std::vector<std::string_view> names;
  for (const Engine* engine : SupportedEngines()) names.push_back(engine->name);
  names.push_back(kEvpEngine);
  return names;
}

Result<Rules> ParseRules(std::string_view forced, std::string_view failing) {
  const Result<std::string_view> found = Find(forced);
  if (!found.ok()) return found.error();
  const Result<std::string_view> found_failing = Find(failing);
  if (!found_failing.ok()) return found_failing.error();
  return Rules{found.value(), found_failing.value()};
}

}  // namespace hermetic::kdf
