// SPDX-License-Identifier: BSD-3-Clause
#include "admission/policy.h"

#include <algorithm>
#include <string>

#include "error.h"

namespace vmaf_dnn {
namespace {

// Sorted. The published list, and the operators of its own int8 files, which it lacked.
constexpr std::string_view kAllowedOps[] = {"Abs",
                                            "Add",
                                            "AveragePool",
                                            "BatchNormalization",
                                            "BitShift",
                                            "Cast",
                                            "Clip",
                                            "Concat",
                                            "Constant",
                                            "ConstantOfShape",
                                            "Conv",
                                            "ConvInteger",
                                            "ConvTranspose",
                                            "DequantizeLinear",
                                            "Div",
                                            "Dropout",
                                            "DynamicQuantizeLinear",
                                            "Elu",
                                            "Erf",
                                            "Exp",
                                            "Expand",
                                            "Flatten",
                                            "Gather",
                                            "GatherND",
                                            "Gelu",
                                            "Gemm",
                                            "GlobalAveragePool",
                                            "GlobalMaxPool",
                                            "HardSigmoid",
                                            "HardSwish",
                                            "Identity",
                                            "If",
                                            "InstanceNormalization",
                                            "LayerNormalization",
                                            "LeakyRelu",
                                            "Log",
                                            "Loop",
                                            "MatMul",
                                            "MatMulInteger",
                                            "Max",
                                            "MaxPool",
                                            "Mean",
                                            "Min",
                                            "Mul",
                                            "Neg",
                                            "PRelu",
                                            "Pad",
                                            "Pow",
                                            "QLinearConv",
                                            "QLinearMatMul",
                                            "QuantizeLinear",
                                            "Reciprocal",
                                            "ReduceMax",
                                            "ReduceMean",
                                            "ReduceMin",
                                            "ReduceProd",
                                            "ReduceSum",
                                            "Relu",
                                            "Reshape",
                                            "Resize",
                                            "ScatterND",
                                            "Selu",
                                            "Shape",
                                            "Sigmoid",
                                            "Slice",
                                            "Softmax",
                                            "Softplus",
                                            "Softsign",
                                            "Sqrt",
                                            "Squeeze",
                                            "Sub",
                                            "Sum",
                                            "Tanh",
                                            "Transpose",
                                            "Unsqueeze"};

bool is_standard(std::string_view domain) { return domain.empty() || domain == "ai.onnx"; }

void check_node(const NodeView& node, const std::string& graph_path) {
  const std::string where = "The node \"" + std::string(node.name) + "\" in " + graph_path;
  if (!is_standard(node.domain))
    throw Error(Code::kNotAllowed, where + " uses " + std::string(node.op_type) + " of the domain \"" +
                                       std::string(node.domain) +
                                       "\"; only standard ONNX operators are admitted.");
  if (!std::binary_search(std::begin(kAllowedOps), std::end(kAllowedOps), node.op_type))
    throw Error(Code::kNotAllowed, where + " uses the operator " + std::string(node.op_type) +
                                       ", which is not on the allowlist; export the model without it.");
}

}  // namespace

void check_policy(const GraphView& graph) {
  if (graph.has_local_functions)
    throw Error(Code::kNotAllowed, "The model defines functions of its own; export it with them inlined.");
  if (graph.has_training_info)
    throw Error(Code::kNotAllowed, "The model carries training info; export it for inference.");
  if (graph.has_sparse_tensors)
    throw Error(Code::kNotAllowed, "The model has sparse tensors; export it with dense ones.");
  if (!graph.external_initializer.empty())
    throw Error(Code::kNotAllowed,
                "The tensor \"" + std::string(graph.external_initializer) +
                    "\" lies outside the model file, where no digest covers it; save the model in one file.");
  for (const NodeView& node : graph.nodes) check_node(node, graph.graph_paths[node.graph]);
}

}  // namespace vmaf_dnn
