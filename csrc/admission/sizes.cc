// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include "admission/checks.h"
#include "admission/limits.h"
#include "admission/operators.h"
#include "admission/whole_number.h"
#include "base/error.h"

namespace vmaf_dnn {
namespace {

using Shape = std::vector<double>;  // sizes may overflow every integer; at least 1 where nothing is known
using MaybeShape = std::optional<Shape>;

constexpr double kUnknownSize = 1;

MaybeShape shape_of(const std::vector<int64_t>& sizes) {
  Shape shape;
  for (const int64_t size : sizes)
    shape.push_back(size == kDynamic ? kUnknownSize : static_cast<double>(size));
  return shape;
}

// Walks the nodes in their order, and keeps the least shape of every value that constants tell.
class ShapeWalk {
 public:
  ShapeWalk(const GraphView& graph, const KnownConstants& constants) : graph_(graph), constants_(constants) {
    for (const ValueView& input : graph.inputs)
      if (input.has_shape) shapes_[input.name] = shape_of(input.shape);
  }

  void run() {
    for (const NodeView& node : graph_.nodes) {
      const OutputSize size = find_operator(node.domain, node.op_type)->size;
      const MaybeShape made = output_of(node, size);
      if (!made) continue;
      double n_elements = 1;
      for (const double side : *made) n_elements *= side;
      if (!(n_elements <= kMaxMadeElements)) refuse(node, whole_number(n_elements), kMaxMadeElements);
      if (fills(size)) n_filled_ += n_elements;
      if (n_filled_ > kMaxFilledElements)
        refuse(node, "the last of " + whole_number(n_filled_), kMaxFilledElements);
      if (!node.outputs.empty()) shapes_[node.outputs[0]] = made;
    }
  }

 private:
  // These have no input of the size of their output, so a file of many costs nothing to write.
  static bool fills(OutputSize size) {
    return size == OutputSize::kStated || size == OutputSize::kExpanded || size == OutputSize::kTiled ||
           size == OutputSize::kCounted;
  }

  [[noreturn]] void refuse(const NodeView& node, const std::string& n_elements, double most) const {
    throw Error(Code::kNotAllowed, where(graph_, node) + " makes " + n_elements +
                                       " elements by the operator " + std::string(node.op_type) +
                                       ", at most " + whole_number(most) +
                                       " are admitted; make the tensor smaller.");
  }

  MaybeShape input_shape(const NodeView& node, std::size_t index) const {
    if (index >= node.inputs.size()) return std::nullopt;
    if (const TensorView* constant = constants_.find(node.inputs[index])) return shape_of(constant->shape);
    const auto found = shapes_.find(node.inputs[index]);
    return found == shapes_.end() ? std::nullopt : found->second;
  }

  std::optional<std::vector<double>> numbers(const NodeView& node, std::size_t index) const {
    return index < node.inputs.size() ? constants_.numbers(node.inputs[index]) : std::nullopt;
  }

  double integer(const NodeView& node, std::string_view name) const {
    for (const AttributeView& attribute : node.attributes)
      if (attribute.name == name) return static_cast<double>(attribute.integer_value);
    return 0;
  }

  MaybeShape output_of(const NodeView& node, OutputSize size) const {
    switch (size) {
      case OutputSize::kUntold:
        return std::nullopt;
      case OutputSize::kAsFirst:
        return same(node);
      case OutputSize::kBroadcast:
        return broadcast(node);
      case OutputSize::kJoined:
        return joined(node);
      case OutputSize::kStated:
        return stated(node);
      case OutputSize::kExpanded:
        return expanded(node);
      case OutputSize::kProduct:
        return product(node);
      case OutputSize::kPadded:
        return padded(node);
      case OutputSize::kCounted:
        return counted(node);
      case OutputSize::kReshaped:
        return reshaped(node);
      case OutputSize::kResized:
        return resized(node);
      case OutputSize::kTiled:
        return tiled(node);
    }
    return std::nullopt;
  }

  MaybeShape same(const NodeView& node) const { return input_shape(node, 0); }

  MaybeShape stated(const NodeView& node) const { return as_sizes(numbers(node, 0)); }

  static MaybeShape as_sizes(std::optional<std::vector<double>> sizes) {
    if (sizes)
      for (double& size : *sizes) size = std::max(size, 0.0);
    return sizes;
  }

  static Shape broadcast(Shape a, Shape b) {
    if (a.size() < b.size()) std::swap(a, b);
    for (std::size_t i = 1; i <= b.size(); ++i)
      a[a.size() - i] = a[a.size() - i] == kUnknownSize ? b[b.size() - i] : a[a.size() - i];
    return a;
  }

  MaybeShape broadcast(const NodeView& node) const {
    Shape shape;
    for (std::size_t i = 0; i < node.inputs.size(); ++i)
      if (const MaybeShape input = input_shape(node, i)) shape = broadcast(shape, *input);
    return shape;
  }

  MaybeShape expanded(const NodeView& node) const {
    const MaybeShape target = stated_by_second(node);
    if (!target) return std::nullopt;
    return broadcast(*target, input_shape(node, 0).value_or(Shape()));
  }

  MaybeShape stated_by_second(const NodeView& node) const { return as_sizes(numbers(node, 1)); }

  // A size of -1 or 0 takes what the input leaves, which adds no elements.
  MaybeShape reshaped(const NodeView& node) const {
    auto sizes = numbers(node, 1);
    if (!sizes) return std::nullopt;
    for (double& size : *sizes)
      if (size <= 0) size = kUnknownSize;
    return sizes;
  }

  MaybeShape tiled(const NodeView& node) const {
    MaybeShape repeats = stated_by_second(node);
    const MaybeShape input = input_shape(node, 0);
    if (repeats && input && input->size() == repeats->size())
      for (std::size_t i = 0; i < input->size(); ++i) (*repeats)[i] *= (*input)[i];
    return repeats;
  }

  MaybeShape counted(const NodeView& node) const {
    const auto from = numbers(node, 0);
    const auto to = numbers(node, 1);
    const auto step = numbers(node, 2);
    if (!from || !to || !step || from->size() != 1 || to->size() != 1 || step->size() != 1)
      return std::nullopt;
    const double n_elements = std::ceil((to->front() - from->front()) / step->front());
    return Shape{n_elements > 0 || std::isnan(n_elements) ? n_elements : 0};
  }

  // The third input scales the first one's sizes, the fourth states them.
  MaybeShape resized(const NodeView& node) const {
    if (MaybeShape sizes = as_sizes(numbers(node, 3)); sizes && !sizes->empty()) return sizes;
    const std::size_t scales_at = node.inputs.size() == 2 ? 1 : 2;  // opset 10 had no region
    MaybeShape shape = as_sizes(numbers(node, scales_at));
    const MaybeShape input = input_shape(node, 0);
    if (!shape || !input || shape->size() != input->size()) return shape;
    for (std::size_t i = 0; i < shape->size(); ++i) (*shape)[i] = std::floor((*shape)[i] * (*input)[i]);
    return shape;
  }

  MaybeShape padded(const NodeView& node) const {
    const auto pads = numbers(node, 1);
    MaybeShape shape = input_shape(node, 0);
    const bool is_for_some_axes = node.inputs.size() > 3;
    if (!pads || is_for_some_axes) return std::nullopt;
    const std::size_t rank = pads->size() / 2;
    if (!shape || shape->size() != rank) shape = Shape(rank, kUnknownSize);
    for (std::size_t i = 0; i < rank; ++i)
      (*shape)[i] = std::max(0.0, (*shape)[i] + (*pads)[i] + (*pads)[i + rank]);
    return shape;
  }

  MaybeShape joined(const NodeView& node) const {
    MaybeShape shape = input_shape(node, 0);
    if (!shape) return std::nullopt;
    double axis = integer(node, "axis");
    if (axis < 0) axis += static_cast<double>(shape->size());
    if (!(axis >= 0 && axis < static_cast<double>(shape->size()))) return std::nullopt;
    const auto at = static_cast<std::size_t>(axis);
    for (std::size_t i = 1; i < node.inputs.size(); ++i) {
      const MaybeShape next = input_shape(node, i);
      if (next && next->size() == shape->size()) (*shape)[at] += (*next)[at];
    }
    return shape;
  }

  MaybeShape product(const NodeView& node) const {
    const MaybeShape left = input_shape(node, 0);
    const MaybeShape right = input_shape(node, 1);
    if (!left || !right || left->size() < 2 || right->size() < 2) return std::nullopt;
    Shape shape = broadcast(Shape(left->begin(), left->end() - 2), Shape(right->begin(), right->end() - 2));
    shape.push_back((*left)[left->size() - 2]);
    shape.push_back(right->back());
    return shape;
  }

  const GraphView& graph_;
  const KnownConstants& constants_;
  std::unordered_map<std::string_view, MaybeShape> shapes_;
  double n_filled_ = 0;
};

}  // namespace

void check_sizes(const GraphView& graph, const KnownConstants& constants) {
  ShapeWalk(graph, constants).run();
}

}  // namespace vmaf_dnn
