// SPDX-License-Identifier: BSD-3-Clause
#include "onnx/graph.h"

#include "base/text.h"

namespace vmaf_dnn {
namespace {

std::string label(const NodeView& node) {
  if (!node.name.empty()) return std::string(node.name);
  return node.outputs.empty() ? std::string(node.op_type) : std::string(node.outputs[0]);
}

}  // namespace

std::string path_of(const GraphView& view, std::size_t graph) {
  const SubgraphView& subgraph = view.graphs[graph];
  if (graph == 0) return std::string(subgraph.name);
  const NodeView& node = view.nodes[subgraph.node];
  return path_of(view, node.graph) + "/" + label(node) + "." + std::string(subgraph.name);
}

std::string where(const GraphView& view, const NodeView& node) {
  const std::string kind =
      !node.name.empty() || node.outputs.empty() ? "The node \"" : "The node that makes \"";
  return kind + label(node) + "\" in " + path_of(view, node.graph);
}

std::string describe(const std::vector<int64_t>& shape) {
  const auto text_of = [](int64_t size) { return size == kDynamic ? "N" : std::to_string(size); };
  return "[" + join(shape, text_of) + "]";
}

std::string describe(const ValueView& value) {
  return value.name + ": " + element_type(value.element_type).name + " " +
         (value.has_shape ? describe(value.shape) : "of any shape");
}

}  // namespace vmaf_dnn
