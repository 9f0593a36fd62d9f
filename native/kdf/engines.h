// The engines of this processor, and the rules for their use.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "native/base/result.h"
#include "native/kdf/kernel.h"

namespace hermetic::kdf {

// kEvpEngine is the engine name for EVP, which digests without kernels use.
inline constexpr std::string_view kEvpEngine = "evp";

// SupportedEngines returns the engines that run on this processor, the portable one first.
std::vector<const Engine*> SupportedEngines();

// EngineNames returns the names of SupportedEngines, and "evp".
std::vector<std::string_view> EngineNames();

// Rules are an application's or a test's rules for engines. An empty name means no rule.
struct Rules {
  std::string_view forced;   // used alone, with the portable engine for digests that it lacks
  std::string_view failing;  // treated as if its kernels failed their self-test
};

// ParseRules fails with kValue for an engine that does not run on this processor.
Result<Rules> ParseRules(std::string_view forced, std::string_view failing);

}  // namespace hermetic::kdf
