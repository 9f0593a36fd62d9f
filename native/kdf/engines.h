// The engines of this processor, and which of them may be used.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "native/base/result.h"
#include "native/kdf/kernel.h"

namespace hermetic::kdf {

// kEvpEngine names, among engines, the way through EVP that digests without kernels take.
inline constexpr std::string_view kEvpEngine = "evp";

// EnginesHere are those that run on this processor, the portable one first.
std::vector<const Engine*> EnginesHere();

// EngineNames are the names of EnginesHere, and "evp".
std::vector<std::string_view> EngineNames();

// Rules is what an application or a test has said of the engines. Empty names: nothing.
struct Rules {
  std::string_view forced;   // used alone; the portable engine stands in where it lacks a digest
  std::string_view failing;  // treated as one whose kernels fail their self-test
};

// ParseRules fails with kValue for an engine that does not run here.
Result<Rules> ParseRules(std::string_view forced, std::string_view failing);

}  // namespace hermetic::kdf
