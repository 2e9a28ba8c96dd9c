// SPDX-License-Identifier: BSD-3-Clause
// From a graph view to a multilayer perceptron, or the reason why it is not one.
#pragma once

#include <string>
#include <variant>

#include "engine/fused_mlp/mlp.h"
#include "onnx/graph.h"

namespace vmaf_dnn::fused {

// A std::string says what in the graph the fused engine does not do.
std::variant<Mlp, std::string> recognise(const GraphView& graph);

}  // namespace vmaf_dnn::fused
