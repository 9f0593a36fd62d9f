// The test that a kernel must pass before it is used.
#pragma once

#include "native/kdf/digest_shape.h"
#include "native/kdf/kernel.h"

namespace hermetic::kdf {

// PassesSelfTest runs full and partial batches, in two steps, and compares them with known answers.
// `scratch` is as for Kernel::run.
bool PassesSelfTest(const Kernel& kernel, ShapeId shape, void* scratch);

}  // namespace hermetic::kdf
