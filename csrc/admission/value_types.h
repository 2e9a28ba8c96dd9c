// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string_view>
#include <unordered_map>

#include "onnx/graph.h"

namespace vmaf_dnn {

inline constexpr int kUnknownType = 0;

// The element types of an admitted model's values by name, as far as inputs, constants and operators tell. A
// name that is given a value twice, in whatever graph, has none that is known.
class ValueTypes {
 public:
  explicit ValueTypes(const GraphView& graph);

  int find(std::string_view name) const;

 private:
  int input_type(const NodeView& node, std::size_t index) const;
  int output_type(const NodeView& node) const;
  void add(std::string_view name, int type);

  std::unordered_map<std::string_view, int> n_makers_;
  std::unordered_map<std::string_view, int> types_;
};

}  // namespace vmaf_dnn
