// The time that kernels take on this processor.
#pragma once

#include <span>
#include <vector>

#include "native/kdf/digest_shape.h"
#include "native/kdf/kernel.h"

namespace hermetic::kdf {

// TimeKernels returns for each kernel the time of one iteration of a full batch, in ns. It takes
// about 0.15 ms per kernel. `scratch` is as for Kernel::run.
std::vector<double> TimeKernels(std::span<const Kernel* const> kernels, ShapeId shape,
                                void* scratch);

}  // namespace hermetic::kdf
