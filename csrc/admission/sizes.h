// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "admission/known_constants.h"

namespace vmaf_dnn {

// Refuses a node whose output is larger than limits.h admits, as far as constants and stated input shapes
// tell. Throws Error{kNotAllowed}.
void check_sizes(const GraphView& graph, const KnownConstants& constants);

}  // namespace vmaf_dnn
