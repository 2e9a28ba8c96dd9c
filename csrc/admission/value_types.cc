// SPDX-License-Identifier: BSD-3-Clause
#include "admission/value_types.h"

#include <algorithm>

#include "admission/operators.h"

namespace vmaf_dnn {
namespace {

// A Constant that is none of GraphView::constants.
bool is_float_constant(const NodeView& node) {
  const auto states_floats = [](const AttributeView& attribute) {
    return attribute.name == "value_float" || attribute.name == "value_floats";
  };
  return node.op_type == "Constant" &&
         std::any_of(node.attributes.begin(), node.attributes.end(), states_floats);
}

int target_of_cast(const NodeView& node) {
  const auto is_target = [](const AttributeView& attribute) { return attribute.name == "to"; };
  const auto target = std::find_if(node.attributes.begin(), node.attributes.end(), is_target);
  return target == node.attributes.end() ? kUnknownType : static_cast<int>(target->integer_value);
}

}  // namespace

ValueTypes::ValueTypes(const GraphView& graph) {
  for (const TensorView& tensor : graph.constants) ++n_makers_[tensor.name];
  for (const ValueView& input : graph.inputs) ++n_makers_[input.name];
  for (const std::string& input : graph.subgraph_inputs) ++n_makers_[input];
  for (const NodeView& node : graph.nodes)
    if (node.op_type != "Constant" || is_float_constant(node))
      for (const std::string_view output : node.outputs) ++n_makers_[output];

  for (const TensorView& tensor : graph.constants) add(tensor.name, tensor.element_type);
  for (const ValueView& input : graph.inputs) add(input.name, input.element_type);
  for (const NodeView& node : graph.nodes) {
    if (!node.outputs.empty()) add(node.outputs[0], output_type(node));
    if (node.op_type == "DynamicQuantizeLinear" && node.outputs.size() > 1)
      add(node.outputs[1], kElementFloat);
  }
}

void ValueTypes::add(std::string_view name, int type) {
  if (type != kUnknownType && n_makers_[name] <= 1) types_[name] = type;
}

int ValueTypes::find(std::string_view name) const {
  const auto found = types_.find(name);
  return found == types_.end() || name.empty() ? kUnknownType : found->second;
}

int ValueTypes::input_type(const NodeView& node, std::size_t index) const {
  return index < node.inputs.size() ? find(node.inputs[index]) : kUnknownType;
}

int ValueTypes::output_type(const NodeView& node) const {
  switch (find_operator(node.domain, node.op_type)->type) {
    case OutputType::kUntold:
      return kUnknownType;
    case OutputType::kAsFirst:
      return input_type(node, 0);
    case OutputType::kAsSecond:
      return input_type(node, 1);
    case OutputType::kInt32:
      return kElementInt32;
    case OutputType::kInt64:
      return kElementInt64;
    case OutputType::kOfCast:
      return target_of_cast(node);
    case OutputType::kOfConstant:
      return is_float_constant(node) ? kElementFloat : kUnknownType;
    case OutputType::kOfFill:
      return node.attributes.empty() ? kElementFloat : kUnknownType;
  }
  return kUnknownType;
}

}  // namespace vmaf_dnn
