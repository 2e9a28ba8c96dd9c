// SPDX-License-Identifier: BSD-3-Clause
#include "admission/operators.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

namespace vmaf_dnn {
namespace {

// Sorted by operator. What the models of every registry kind need (fr, nr, filter), fp32 and int8; opset 23
// gave many operators element types that no such model has.
// clang-format off
constexpr OperatorRow kOperators[] = {
    {"ai.onnx", "Abs", 25},
    {"ai.onnx", "Add", 25},
    {"ai.onnx", "AveragePool", 25},
    {"ai.onnx", "BatchNormalization", 25},
    {"ai.onnx", "BitShift", 25},
    {"ai.onnx", "Cast", 22},
    {"ai.onnx", "Clip", 25},
    {"ai.onnx", "Concat", 25},
    {"ai.onnx", "Constant", 22},
    {"ai.onnx", "ConstantOfShape", 22},
    {"ai.onnx", "Conv", 25},
    {"ai.onnx", "ConvInteger", 25},
    {"ai.onnx", "ConvTranspose", 25},
    {"ai.onnx", "DequantizeLinear", 22},
    {"ai.onnx", "Div", 25},
    {"ai.onnx", "Dropout", 25},
    {"ai.onnx", "DynamicQuantizeLinear", 25},
    {"ai.onnx", "Elu", 25},
    {"ai.onnx", "Erf", 25},
    {"ai.onnx", "Exp", 25},
    {"ai.onnx", "Expand", 25},
    {"ai.onnx", "Flatten", 22},
    {"ai.onnx", "Gather", 25},
    {"ai.onnx", "GatherND", 25},
    {"ai.onnx", "Gelu", 25},
    {"ai.onnx", "Gemm", 25},
    {"ai.onnx", "GlobalAveragePool", 25},
    {"ai.onnx", "GlobalMaxPool", 25},
    {"ai.onnx", "HardSigmoid", 25},
    {"ai.onnx", "HardSwish", 25},
    {"ai.onnx", "Identity", 22},
    {"ai.onnx", "If", 22},
    {"ai.onnx", "InstanceNormalization", 25},
    {"ai.onnx", "LayerNormalization", 25},
    {"ai.onnx", "LeakyRelu", 25},
    {"ai.onnx", "Log", 25},
    {"ai.onnx", "Loop", 22},
    {"ai.onnx", "MatMul", 25},
    {"ai.onnx", "MatMulInteger", 25},
    {"ai.onnx", "Max", 25},
    {"ai.onnx", "MaxPool", 25},
    {"ai.onnx", "Mean", 25},
    {"ai.onnx", "Min", 25},
    {"ai.onnx", "Mul", 25},
    {"ai.onnx", "Neg", 25},
    {"ai.onnx", "PRelu", 25},
    {"ai.onnx", "Pad", 22},
    {"ai.onnx", "Pow", 25},
    {"ai.onnx", "QLinearConv", 25},
    {"ai.onnx", "QLinearMatMul", 25},
    {"ai.onnx", "QuantizeLinear", 22},
    {"ai.onnx", "Range", 25},
    {"ai.onnx", "Reciprocal", 25},
    {"ai.onnx", "ReduceMax", 25},
    {"ai.onnx", "ReduceMean", 25},
    {"ai.onnx", "ReduceMin", 25},
    {"ai.onnx", "ReduceProd", 25},
    {"ai.onnx", "ReduceSum", 25},
    {"ai.onnx", "Relu", 25},
    {"ai.onnx", "Reshape", 22},
    {"ai.onnx", "Resize", 25},
    {"ai.onnx", "ScatterND", 25},
    {"ai.onnx", "Selu", 25},
    {"ai.onnx", "Shape", 22},
    {"ai.onnx", "Sigmoid", 25},
    {"ai.onnx", "Slice", 25},
    {"ai.onnx", "Softmax", 25},
    {"ai.onnx", "Softplus", 25},
    {"ai.onnx", "Softsign", 25},
    {"ai.onnx", "Sqrt", 25},
    {"ai.onnx", "Squeeze", 22},
    {"ai.onnx", "Sub", 25},
    {"ai.onnx", "Sum", 25},
    {"ai.onnx", "Tanh", 25},
    {"ai.onnx", "Tile", 25},
    {"ai.onnx", "Transpose", 22},
    {"ai.onnx", "Unsqueeze", 22},
};
// clang-format on

constexpr bool is_sorted() {
  for (std::size_t i = 1; i < std::size(kOperators); ++i)
    if (!(kOperators[i - 1].op_type < kOperators[i].op_type)) return false;
  return true;
}
static_assert(is_sorted(), "find_operator searches by halves");

}  // namespace

const OperatorRow* find_operator(std::string_view domain, std::string_view op_type) {
  const auto by_name = [](const OperatorRow& row, std::string_view name) { return row.op_type < name; };
  const auto* row = std::lower_bound(std::begin(kOperators), std::end(kOperators), op_type, by_name);
  if (row == std::end(kOperators) || row->op_type != op_type) return nullptr;
  return domain.empty() || domain == row->domain ? row : nullptr;
}

}  // namespace vmaf_dnn
