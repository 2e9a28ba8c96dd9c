// SPDX-License-Identifier: BSD-3-Clause
#include "admission/policy.h"

#include <string>

#include "admission/checks.h"
#include "admission/operators.h"
#include "base/error.h"

namespace vmaf_dnn {
namespace {

void check_operator(const GraphView& graph, const NodeView& node) {
  const OperatorRow* row = find_operator(node.domain, node.op_type);
  if (row != nullptr && graph.opset <= row->highest_opset) return;
  const std::string op_type(node.op_type);
  if (row != nullptr)
    throw Error(Code::kNotAllowed, where(graph, node) + " uses the operator " + op_type + " of opset " +
                                       std::to_string(graph.opset) + ", which is admitted up to opset " +
                                       std::to_string(row->highest_opset) +
                                       "; export the model with that one or an earlier one.");
  if (!node.domain.empty() && node.domain != "ai.onnx")
    throw Error(Code::kNotAllowed, where(graph, node) + " uses " + op_type + " of the domain \"" +
                                       std::string(node.domain) +
                                       "\"; only standard ONNX operators are admitted.");
  throw Error(Code::kNotAllowed, where(graph, node) + " uses the operator " + op_type +
                                     ", which is not on the allowlist; export the model without it.");
}

// No model of any kind computes with text.
void check_strings(const GraphView& graph, const NodeView& node) {
  for (const AttributeView& attribute : node.attributes) {
    const bool makes_text =
        (node.op_type == "Constant" && attribute.name.substr(0, 12) == "value_string") ||
        (node.op_type == "Cast" && attribute.name == "to" && attribute.integer_value == kElementString);
    if (makes_text)
      throw Error(Code::kNotAllowed, where(graph, node) + " makes strings by the operator " +
                                         std::string(node.op_type) +
                                         "; only tensors of numbers are admitted.");
  }
}

// ONNX Runtime computes with these before it looks at them.
void check_attributes(const GraphView& graph, const NodeView& node) {
  const AttributeBound& bound = find_operator(node.domain, node.op_type)->bound;
  if (bound.name.empty()) return;
  for (const AttributeView& attribute : node.attributes)
    if (attribute.name == bound.name && attribute.integer_value < bound.least)
      throw Error(Code::kNotAllowed,
                  where(graph, node) + " gives the operator " + std::string(node.op_type) + " " +
                      std::string(attribute.name) + " = " + std::to_string(attribute.integer_value) +
                      ", at least " + std::to_string(bound.least) + " is admitted; correct the attribute.");
}

}  // namespace

void check_policy(const GraphView& graph) {
  if (graph.has_local_functions)
    throw Error(Code::kNotAllowed, "The model defines functions of its own; export it with them inlined.");
  if (graph.has_training_info)
    throw Error(Code::kNotAllowed, "The model carries training info; export it for inference.");
  if (graph.has_sparse_tensors)
    throw Error(Code::kNotAllowed, "The model has sparse tensors; export it with dense ones.");
  for (const NodeView& node : graph.nodes) {
    check_operator(graph, node);
    check_strings(graph, node);
    check_attributes(graph, node);
  }
  const KnownConstants constants(graph);
  check_loops(graph, constants);
  check_sizes(graph, constants);
  check_divisors(graph, constants);
}

}  // namespace vmaf_dnn
