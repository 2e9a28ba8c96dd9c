// SPDX-License-Identifier: BSD-3-Clause
#include "plane_reach.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <string_view>

namespace vmaf_dnn {
namespace {

constexpr int64_t kFurthest = 1024;

// Operators that treat each pixel of [1, C, H, W] by itself, whatever constants of one pixel they take.
constexpr std::string_view kPointwise[] = {
    "Abs", "Add", "Cast",  "Clip",      "Div",  "Elu", "HardSigmoid", "Gelu",    "Max",  "Min",
    "Mul", "Neg", "PRelu", "HardSwish", "Relu", "Sub", "Tanh",        "Sigmoid", "Sqrt", "LeakyRelu"};

const AttributeView* find_attribute(const NodeView& node, std::string_view name) {
  const auto found = std::find_if(node.attributes.begin(), node.attributes.end(),
                                  [&](const AttributeView& attribute) { return attribute.name == name; });
  return found == node.attributes.end() ? nullptr : &*found;
}

bool is_one_pixel(const TensorView& constant) {
  const std::vector<int64_t>& shape = constant.shape;
  return std::all_of(shape.size() > 2 ? shape.end() - 2 : shape.begin(), shape.end(),
                     [](int64_t size) { return size == 1; });
}

class Tracer {
 public:
  explicit Tracer(const GraphView& graph) : graph_(graph) {
    for (const TensorView& constant : graph.constants) constants_[constant.name] = &constant;
    for (const ValueView& input : graph.inputs) reaches_[input.name] = 0;
  }

  std::optional<int> trace() {
    if (graph_.graphs.size() != 1 || graph_.outputs.size() != 1) return {};
    for (const NodeView& node : graph_.nodes)
      if (!follow(node)) return {};
    const auto found = reaches_.find(graph_.outputs[0].name);
    if (found == reaches_.end() || found->second > kFurthest) return {};
    return static_cast<int>(found->second);
  }

 private:
  // A node in the order of the graph; false where nothing is known of it.
  bool follow(const NodeView& node) {
    if (node.outputs.size() != 1) return false;
    if (std::none_of(node.inputs.begin(), node.inputs.end(), [&](auto name) { return is_traced(name); }))
      return true;  // of constants alone
    const std::optional<int64_t> more = further(node);
    if (!more) return false;
    int64_t reach = 0;
    for (const std::string_view name : node.inputs)
      if (is_traced(name)) reach = std::max(reach, reaches_[name]);
    reaches_[node.outputs[0]] = std::min(reach + *more, kFurthest + 1);
    return true;
  }

  // By how much a node that the picture runs through looks further than what it is given.
  std::optional<int64_t> further(const NodeView& node) const {
    if (node.op_type == "Conv") return further_by_conv(node);
    if (node.op_type == "Identity" && node.inputs.size() == 1) return 0;
    const bool is_quantiser = node.op_type == "QuantizeLinear" || node.op_type == "DequantizeLinear";
    const bool is_pointwise =
        std::find(std::begin(kPointwise), std::end(kPointwise), node.op_type) != std::end(kPointwise);
    if (!is_quantiser && !is_pointwise) return {};
    const bool is_local = std::all_of(node.inputs.begin(), node.inputs.end(), [&](auto name) {
      if (name.empty() || is_traced(name)) return true;
      const auto found = constants_.find(name);
      return found != constants_.end() && is_one_pixel(*found->second);
    });
    return is_local ? std::optional<int64_t>(0) : std::nullopt;
  }

  // Of a convolution that keeps the size: stride 1, and as many zeros on all sides as it looks further.
  std::optional<int64_t> further_by_conv(const NodeView& node) const {
    if (node.inputs.size() < 2 || is_traced(node.inputs[1]) || find_attribute(node, "auto_pad")) return {};
    const std::vector<int64_t> kernel = kernel_of(node);
    if (kernel.size() != 2) return {};
    const std::vector<int64_t> strides = numbers(node, "strides", {1, 1});
    const std::vector<int64_t> dilations = numbers(node, "dilations", {1, 1});
    const std::vector<int64_t> pads = numbers(node, "pads", {0, 0, 0, 0});
    if (strides != std::vector<int64_t>{1, 1} || dilations.size() != 2 || pads.size() != 4) return {};
    int64_t furthest = 0;
    for (std::size_t axis = 0; axis < 2; ++axis) {
      const int64_t size = kernel[axis], step = dilations[axis];
      if (size < 1 || size % 2 == 0 || size > kFurthest || step < 1 || step > kFurthest) return {};
      const int64_t reach = step * (size / 2);
      if (pads[axis] != reach || pads[axis + 2] != reach) return {};
      furthest = std::max(furthest, reach);
    }
    return furthest;
  }

  std::vector<int64_t> kernel_of(const NodeView& node) const {
    if (find_attribute(node, "kernel_shape")) return numbers(node, "kernel_shape", {});
    const auto weight = constants_.find(node.inputs[1]);
    if (weight == constants_.end() || weight->second->shape.size() != 4) return {};
    return {weight->second->shape[2], weight->second->shape[3]};
  }

  static std::vector<int64_t> numbers(const NodeView& node, std::string_view name,
                                      std::vector<int64_t> otherwise) {
    const AttributeView* found = find_attribute(node, name);
    return found ? found->integers : otherwise;
  }

  bool is_traced(std::string_view name) const { return reaches_.count(name) != 0; }

  const GraphView& graph_;
  std::map<std::string_view, const TensorView*> constants_;
  std::map<std::string_view, int64_t> reaches_;  // of values that the input has a part in
};

}  // namespace

std::optional<int> reach_of(const GraphView& graph) { return Tracer(graph).trace(); }

}  // namespace vmaf_dnn
