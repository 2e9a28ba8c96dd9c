// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "admission/known_constants.h"

namespace vmaf_dnn {

// Refuses more loops, more trips of one or more trips of loops in loops than limits.h admits, and trips that
// no constant counts. Throws Error{kNotAllowed}.
void check_loops(const GraphView& graph, const KnownConstants& constants);

}  // namespace vmaf_dnn
