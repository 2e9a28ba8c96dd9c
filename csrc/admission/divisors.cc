// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <iterator>
#include <string>

#include "admission/checks.h"
#include "admission/value_types.h"
#include "base/error.h"

namespace vmaf_dnn {
namespace {

constexpr int kFloatTypes[] = {kElementFloat, kElementFloat16, kElementDouble, kElementBfloat16};

bool is_float(int type) {
  return std::find(std::begin(kFloatTypes), std::end(kFloatTypes), type) != std::end(kFloatTypes);
}

// Whether every byte of one of the elements has this value: 0x00 is 0 and 0xff is -1 in each integer type.
bool has_element_of(const TensorView& tensor, uint8_t byte) {
  const std::size_t n_bytes = element_type(tensor.element_type).n_bytes;
  // A list may hold more than its type: what counts are the bytes that a reader keeps.
  const uint64_t mask = n_bytes >= 8 ? ~uint64_t{0} : (uint64_t{1} << (8 * n_bytes)) - 1;
  const uint64_t wanted = byte == 0 ? 0 : mask;
  const auto is_wanted = [&](int64_t listed) { return (static_cast<uint64_t>(listed) & mask) == wanted; };
  if (std::any_of(tensor.integers.begin(), tensor.integers.end(), is_wanted)) return true;
  for (std::size_t at = 0; at + n_bytes <= tensor.bytes.size(); at += n_bytes) {
    const std::string_view element = tensor.bytes.substr(at, n_bytes);
    if (element.find_first_not_of(static_cast<char>(byte)) == std::string_view::npos) return true;
  }
  return false;
}

[[noreturn]] void refuse(const GraphView& graph, const NodeView& node, const std::string& complaint,
                         const std::string& cure) {
  throw Error(Code::kNotAllowed, where(graph, node) + " divides " + complaint + "; " + cure + ".");
}

void check_divisor(const GraphView& graph, const NodeView& node, const KnownConstants& constants,
                   const ValueTypes& types) {
  if (node.inputs.size() < 2) return;
  const int of_dividend = types.find(node.inputs[0]);
  const int type = of_dividend != kUnknownType ? of_dividend : types.find(node.inputs[1]);
  if (is_float(type)) return;
  const std::string name = "\"" + std::string(node.inputs[1]) + "\"";
  if (type == kUnknownType)
    refuse(graph, node, "by " + name + ", whose element type only running would tell",
           "cast it to float32 before it divides");
  const TensorView* constant = constants.find(node.inputs[1]);
  if (constant == nullptr)
    refuse(graph, node, "integers by " + name + ", which is not a constant",
           "divide by one other than 0 and -1, or in float32");
  for (const int value : {0, -1})
    if (has_element_of(*constant, static_cast<uint8_t>(value & 0xff)))
      refuse(graph, node, "integers by the constant " + name + ", which holds " + std::to_string(value),
             "divide by one other than 0 and -1, or in float32");
}

}  // namespace

void check_divisors(const GraphView& graph, const KnownConstants& constants) {
  const auto divides = [](const NodeView& node) { return node.op_type == "Div"; };
  if (std::none_of(graph.nodes.begin(), graph.nodes.end(), divides)) return;
  const ValueTypes types(graph);
  for (const NodeView& node : graph.nodes)
    if (divides(node)) check_divisor(graph, node, constants, types);
}

}  // namespace vmaf_dnn
