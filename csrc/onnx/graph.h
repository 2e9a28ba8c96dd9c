// SPDX-License-Identifier: BSD-3-Clause
// What we need to know of an ONNX graph, read from its bytes (https://onnx.ai/onnx/repo-docs/IR.html).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "onnx/element_type.h"

namespace vmaf_dnn {

inline constexpr int64_t kDynamic = -1;  // a dimension without a fixed size

// A constant: an initializer, or what a Constant node holds. Its data has the size that its shape takes.
struct TensorView {
  std::string_view name;
  int element_type = 0;
  std::vector<int64_t> shape;
  std::string_view bytes;         // little-endian elements, as raw_data or packed float_data
  std::vector<int64_t> integers;  // or the elements of int32_data, int64_data and uint64_data
  std::size_t graph = 0;          // index into GraphView::graphs
};

// An attribute of numbers; of the others only the name matters.
struct AttributeView {
  std::string_view name;
  float float_value = 0;
  int64_t integer_value = 0;
  std::vector<int64_t> integers;  // where it is a list, or that one number
};

struct NodeView {
  std::string_view domain;
  std::string_view op_type;
  std::string_view name;
  std::vector<std::string_view> inputs;
  std::vector<std::string_view> outputs;
  std::vector<AttributeView> attributes;
  std::size_t graph = 0;  // index into GraphView::graphs; 0 is the main graph
};

struct ValueView {
  std::string name;
  int element_type = 0;
  bool has_shape = false;      // else any shape, even any rank
  std::vector<int64_t> shape;  // kDynamic where it is not fixed
};

// The main graph, or one that an attribute of a node holds.
struct SubgraphView {
  std::string_view name;  // the main graph's own, the attribute's of another
  std::size_t node = 0;   // the one that holds it, index into GraphView::nodes
};

// The views into text point into the model's bytes and live as long as they do.
struct GraphView {
  int64_t opset = 0;  // of the default domain
  std::vector<SubgraphView> graphs;
  std::vector<NodeView> nodes;  // of the graph and of every subgraph
  std::vector<TensorView> constants;
  std::vector<ValueView> inputs;  // without those that an initializer fills
  std::vector<ValueView> outputs;
  std::vector<std::string> subgraph_inputs;  // names that the subgraphs bind
  bool has_local_functions = false;
  bool has_training_info = false;
  bool has_sparse_tensors = false;
};

// Throws Error: kMalformed, kTooLarge (what limits.h says of files), kNotAllowed (external data, strings).
GraphView read_graph(std::string_view model_bytes);

std::string path_of(const GraphView& view, std::size_t graph);   // "main_graph/node_if.then_branch"
std::string where(const GraphView& view, const NodeView& node);  // 'The node "gate" in main_graph'
std::string describe(const std::vector<int64_t>& shape);         // "[N, 6]"
std::string describe(const ValueView& value);                    // "features: float32 [N, 6]"

}  // namespace vmaf_dnn
