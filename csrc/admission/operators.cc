// SPDX-License-Identifier: BSD-3-Clause
#include "admission/operators.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

namespace vmaf_dnn {
namespace {

using Size = OutputSize;
using Type = OutputType;
constexpr bool kApart = true;
constexpr bool kMixed = false;

// Sorted by operator. What the models of every registry kind need (fr, nr, filter), fp32 and int8; opset 23
// gave many operators element types that no such model has.
// clang-format off
constexpr OperatorRow kOperators[] = {
    // domain   operator            opset  output's size      its type           rows    bound of an attribute
    {"ai.onnx", "Abs",                   25, Size::kAsFirst,    Type::kAsFirst,    kApart, {}},
    {"ai.onnx", "Add",                   25, Size::kBroadcast,  Type::kAsFirst,    kApart, {}},
    {"ai.onnx", "AveragePool",           25, Size::kUntold,     Type::kAsFirst,    kMixed, {}},
    {"ai.onnx", "BatchNormalization",    25, Size::kUntold,     Type::kAsFirst,    kMixed, {}},
    {"ai.onnx", "BitShift",              25, Size::kUntold,     Type::kAsFirst,    kMixed, {}},
    {"ai.onnx", "Cast",                  22, Size::kAsFirst,    Type::kOfCast,     kApart, {}},
    {"ai.onnx", "Clip",                  25, Size::kAsFirst,    Type::kAsFirst,    kApart, {}},
    {"ai.onnx", "Concat",                25, Size::kJoined,     Type::kAsFirst,    kMixed, {}},
    {"ai.onnx", "Constant",              22, Size::kUntold,     Type::kOfConstant, kApart, {}},
    {"ai.onnx", "ConstantOfShape",       22, Size::kStated,     Type::kOfFill,     kMixed, {}},
    {"ai.onnx", "Conv",                  25, Size::kUntold,     Type::kAsFirst,    kMixed, {"group", 1}},
    {"ai.onnx", "ConvInteger",           25, Size::kUntold,     Type::kInt32,      kMixed, {"group", 1}},
    {"ai.onnx", "ConvTranspose",         25, Size::kUntold,     Type::kAsFirst,    kMixed, {"group", 1}},
    {"ai.onnx", "DequantizeLinear",      22, Size::kUntold,     Type::kAsSecond,   kApart, {}},
    {"ai.onnx", "Div",                   25, Size::kBroadcast,  Type::kAsFirst,    kApart, {}},
    {"ai.onnx", "Dropout",               25, Size::kAsFirst,    Type::kAsFirst,    kApart, {}},
    {"ai.onnx", "DynamicQuantizeLinear", 25, Size::kUntold,     Type::kUntold,     kMixed, {}},
    {"ai.onnx", "Elu",                   25, Size::kUntold,     Type::kAsFirst,    kApart, {}},
    {"ai.onnx", "Erf",                   25, Size::kUntold,     Type::kAsFirst,    kApart, {}},
    {"ai.onnx", "Exp",                   25, Size::kAsFirst,    Type::kAsFirst,    kApart, {}},
    {"ai.onnx", "Expand",                25, Size::kExpanded,   Type::kAsFirst,    kMixed, {}},
    {"ai.onnx", "Flatten",               22, Size::kUntold,     Type::kAsFirst,    kMixed, {}},
    {"ai.onnx", "Gather",                25, Size::kUntold,     Type::kAsFirst,    kMixed, {}},
    {"ai.onnx", "GatherND",              25, Size::kUntold,     Type::kAsFirst,    kMixed, {"batch_dims", 0}},
    {"ai.onnx", "Gelu",                  25, Size::kUntold,     Type::kAsFirst,    kApart, {}},
    {"ai.onnx", "Gemm",                  25, Size::kUntold,     Type::kAsFirst,    kApart, {}},
    {"ai.onnx", "GlobalAveragePool",     25, Size::kUntold,     Type::kAsFirst,    kMixed, {}},
    {"ai.onnx", "GlobalMaxPool",         25, Size::kUntold,     Type::kAsFirst,    kMixed, {}},
    {"ai.onnx", "HardSigmoid",           25, Size::kUntold,     Type::kAsFirst,    kApart, {}},
    {"ai.onnx", "HardSwish",             25, Size::kUntold,     Type::kAsFirst,    kApart, {}},
    {"ai.onnx", "Identity",              22, Size::kAsFirst,    Type::kAsFirst,    kApart, {}},
    {"ai.onnx", "If",                    22, Size::kUntold,     Type::kUntold,     kMixed, {}},
    {"ai.onnx", "InstanceNormalization", 25, Size::kUntold,     Type::kAsFirst,    kMixed, {}},
    {"ai.onnx", "LayerNormalization",    25, Size::kUntold,     Type::kAsFirst,    kMixed, {}},
    {"ai.onnx", "LeakyRelu",             25, Size::kUntold,     Type::kAsFirst,    kApart, {}},
    {"ai.onnx", "Log",                   25, Size::kAsFirst,    Type::kAsFirst,    kApart, {}},
    {"ai.onnx", "Loop",                  22, Size::kUntold,     Type::kUntold,     kMixed, {}},
    {"ai.onnx", "MatMul",                25, Size::kProduct,    Type::kAsFirst,    kApart, {}},
    {"ai.onnx", "MatMulInteger",         25, Size::kUntold,     Type::kInt32,      kMixed, {}},
    {"ai.onnx", "Max",                   25, Size::kBroadcast,  Type::kAsFirst,    kApart, {}},
    {"ai.onnx", "MaxPool",               25, Size::kUntold,     Type::kAsFirst,    kMixed, {}},
    {"ai.onnx", "Mean",                  25, Size::kBroadcast,  Type::kAsFirst,    kMixed, {}},
    {"ai.onnx", "Min",                   25, Size::kBroadcast,  Type::kAsFirst,    kApart, {}},
    {"ai.onnx", "Mul",                   25, Size::kBroadcast,  Type::kAsFirst,    kApart, {}},
    {"ai.onnx", "Neg",                   25, Size::kAsFirst,    Type::kAsFirst,    kApart, {}},
    {"ai.onnx", "PRelu",                 25, Size::kBroadcast,  Type::kAsFirst,    kApart, {}},
    {"ai.onnx", "Pad",                   22, Size::kPadded,     Type::kAsFirst,    kMixed, {}},
    {"ai.onnx", "Pow",                   25, Size::kBroadcast,  Type::kAsFirst,    kApart, {}},
    {"ai.onnx", "QLinearConv",           25, Size::kUntold,     Type::kUntold,     kMixed, {"group", 1}},
    {"ai.onnx", "QLinearMatMul",         25, Size::kUntold,     Type::kUntold,     kMixed, {}},
    {"ai.onnx", "QuantizeLinear",        22, Size::kUntold,     Type::kUntold,     kApart, {}},
    {"ai.onnx", "Range",                 25, Size::kCounted,    Type::kAsFirst,    kMixed, {}},
    {"ai.onnx", "Reciprocal",            25, Size::kAsFirst,    Type::kAsFirst,    kApart, {}},
    {"ai.onnx", "ReduceMax",             25, Size::kUntold,     Type::kAsFirst,    kMixed, {}},
    {"ai.onnx", "ReduceMean",            25, Size::kUntold,     Type::kAsFirst,    kMixed, {}},
    {"ai.onnx", "ReduceMin",             25, Size::kUntold,     Type::kAsFirst,    kMixed, {}},
    {"ai.onnx", "ReduceProd",            25, Size::kUntold,     Type::kAsFirst,    kMixed, {}},
    {"ai.onnx", "ReduceSum",             25, Size::kUntold,     Type::kAsFirst,    kMixed, {}},
    {"ai.onnx", "Relu",                  25, Size::kAsFirst,    Type::kAsFirst,    kApart, {}},
    {"ai.onnx", "Reshape",               22, Size::kReshaped,   Type::kAsFirst,    kMixed, {}},
    {"ai.onnx", "Resize",                25, Size::kResized,    Type::kAsFirst,    kMixed, {}},
    {"ai.onnx", "ScatterND",             25, Size::kUntold,     Type::kAsFirst,    kMixed, {}},
    {"ai.onnx", "Selu",                  25, Size::kUntold,     Type::kAsFirst,    kApart, {}},
    {"ai.onnx", "Shape",                 22, Size::kUntold,     Type::kInt64,      kMixed, {}},
    {"ai.onnx", "Sigmoid",               25, Size::kAsFirst,    Type::kAsFirst,    kApart, {}},
    {"ai.onnx", "Slice",                 25, Size::kUntold,     Type::kAsFirst,    kMixed, {}},
    {"ai.onnx", "Softmax",               25, Size::kUntold,     Type::kAsFirst,    kMixed, {}},
    {"ai.onnx", "Softplus",              25, Size::kUntold,     Type::kAsFirst,    kApart, {}},
    {"ai.onnx", "Softsign",              25, Size::kUntold,     Type::kAsFirst,    kApart, {}},
    {"ai.onnx", "Sqrt",                  25, Size::kAsFirst,    Type::kAsFirst,    kApart, {}},
    {"ai.onnx", "Squeeze",               22, Size::kUntold,     Type::kAsFirst,    kApart, {}},
    {"ai.onnx", "Sub",                   25, Size::kBroadcast,  Type::kAsFirst,    kApart, {}},
    {"ai.onnx", "Sum",                   25, Size::kBroadcast,  Type::kAsFirst,    kApart, {}},
    {"ai.onnx", "Tanh",                  25, Size::kAsFirst,    Type::kAsFirst,    kApart, {}},
    {"ai.onnx", "Tile",                  25, Size::kTiled,      Type::kAsFirst,    kMixed, {}},
    {"ai.onnx", "Transpose",             22, Size::kUntold,     Type::kAsFirst,    kMixed, {}},
    {"ai.onnx", "Unsqueeze",             22, Size::kUntold,     Type::kAsFirst,    kMixed, {}},
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

bool keeps_rows_apart(const GraphView& graph) {
  return std::all_of(graph.nodes.begin(), graph.nodes.end(), [](const NodeView& node) {
    const OperatorRow* row = find_operator(node.domain, node.op_type);
    return row != nullptr && row->keeps_rows_apart;
  });
}

}  // namespace vmaf_dnn
