// A fuzz target defines TryInput and MakeSeeds; target.cc has libFuzzer's entry points.
#pragma once

#include <string>
#include <vector>

#include "native/base/bytes.h"

namespace hermetic::fuzz {

// TryInput does with `input` what the package does with such bytes. An input that finds nothing
// returns.
void TryInput(ByteView input);

// MakeSeeds returns the inputs that the target itself can make; scripts/fuzz.mjs makes the others.
// `HERMETIC_FUZZ_SEEDS=folder program` writes them into the folder.
std::vector<Bytes> MakeSeeds();

// Require ends the process, so that libFuzzer keeps the input, if `holds` is false.
void Require(bool holds, const char* what);

}  // namespace hermetic::fuzz
