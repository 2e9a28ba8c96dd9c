// SPDX-License-Identifier: BSD-3-Clause
// What check_policy asks beyond the list of operators. Each check throws Error{kNotAllowed}.
#pragma once

#include "onnx/known_constants.h"

namespace vmaf_dnn {

// Refuses more loops, more trips of one or more trips of loops in loops than limits.h admits, and trips that
// no constant counts.
void check_loops(const GraphView& graph, const KnownConstants& constants);

// Refuses a node whose output is larger than limits.h admits, as far as constants and stated input shapes
// tell.
void check_sizes(const GraphView& graph, const KnownConstants& constants);

// Refuses a division of integers that may end the process: the machine traps x / 0 and the smallest integer
// / -1, and ONNX Runtime does not look.
void check_divisors(const GraphView& graph, const KnownConstants& constants);

}  // namespace vmaf_dnn
