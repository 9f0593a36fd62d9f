// How long kernels take on this processor.
#pragma once

#include <span>
#include <vector>

#include "native/kdf/digest_shape.h"
#include "native/kdf/kernel.h"

namespace hermetic::kdf {

// TimeKernels gives for each kernel the time of one iteration of a full batch, in ns; it takes
// about 0.15 ms for each. `scratch` is as for Kernel::run.
std::vector<double> TimeKernels(std::span<const Kernel* const> kernels, ShapeId shape,
                                void* scratch);

}  // namespace hermetic::kdf
