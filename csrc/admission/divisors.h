// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "admission/known_constants.h"

namespace vmaf_dnn {

// Refuses a division of integers that may end the process: the machine traps x / 0 and the smallest integer
// / -1, and ONNX Runtime does not look. Throws Error{kNotAllowed}.
void check_divisors(const GraphView& graph, const KnownConstants& constants);

}  // namespace vmaf_dnn
