// SPDX-License-Identifier: BSD-3-Clause
// The one list of what an admitted model may compute.
#pragma once

#include <cstdint>
#include <string_view>

namespace vmaf_dnn {

struct OperatorRow {
  std::string_view domain;
  std::string_view op_type;
  int64_t highest_opset;  // the last one in which the operator is what this list admits
};

// nullptr: not admitted. The empty domain is ai.onnx.
const OperatorRow* find_operator(std::string_view domain, std::string_view op_type);

}  // namespace vmaf_dnn
