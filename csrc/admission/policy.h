// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "onnx/graph.h"

namespace vmaf_dnn {

// Refuses a graph that reaches outside its file, uses an operator that no registry kind needs, or asks for
// more than limits.h admits. Throws Error{kNotAllowed} naming the node, the operator, where it stands, the
// limit, the value and the cure.
void check_policy(const GraphView& graph);

}  // namespace vmaf_dnn
