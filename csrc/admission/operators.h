// SPDX-License-Identifier: BSD-3-Clause
// The one list of what an admitted model may compute, and of what is known about it.
#pragma once

#include <cstdint>
#include <string_view>

#include "onnx/graph.h"

namespace vmaf_dnn {

// How large an operator's first output is; sizes.cc has the rules.
enum class OutputSize {
  kUntold,
  kAsFirst,    // input
  kBroadcast,  // of all inputs
  kJoined,     // along an axis
  kProduct,    // of matrices
  kPadded,
  kReshaped,
  kResized,
  kStated,    // by the first input
  kExpanded,  // to what the second states
  kTiled,     // as often as the second states
  kCounted,   // from the first input to the second
};

// Of which type its elements are; value_types.cc has the rules.
enum class OutputType {
  kUntold,    // by anything that is read
  kAsFirst,   // input
  kAsSecond,  // input
  kInt32,
  kInt64,
  kOfCast,
  kOfConstant,
  kOfFill,  // float32 unless an attribute says otherwise
};

// No bound: an empty name.
struct AttributeBound {
  std::string_view name;
  int64_t least = 0;
};

struct OperatorRow {
  std::string_view domain;
  std::string_view op_type;
  int64_t highest_opset;  // the last one in which the operator is what this list admits
  OutputSize size;
  OutputType type;
  bool keeps_rows_apart;  // treats each row of an (N, F) tensor by itself
  AttributeBound bound;
};

// nullptr: not admitted. The empty domain is ai.onnx.
const OperatorRow* find_operator(std::string_view domain, std::string_view op_type);

// Whether no row of a batch can change another's score. DynamicQuantizeLinear is the one that matters among
// those that do not: it takes one scale for its whole tensor.
bool keeps_rows_apart(const GraphView& graph);

}  // namespace vmaf_dnn
