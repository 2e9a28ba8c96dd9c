// SPDX-License-Identifier: BSD-3-Clause
#include "engine/fused_mlp/recognise.h"

#include <algorithm>
#include <limits>
#include <map>

#include "engine/fused_mlp/constants.h"
#include "engine/fused_mlp/kernels/kernel.h"

namespace vmaf_dnn::fused {
namespace {

// Follows the one path from the graph's input to its output and writes down what happens on it.
class Recogniser {
 public:
  explicit Recogniser(const GraphView& graph)
      : graph_(graph), constants_(graph), value_(graph.inputs[0].name) {
    for (const NodeView& node : graph.nodes) {
      if (node.graph != 0) throw NotFused{"the graph has control flow"};
      for (const std::string_view input : node.inputs) consumers_.emplace(input, &node);
    }
  }

  Mlp run() {
    for (std::size_t n_steps = 0; value_ != graph_.outputs[0].name; ++n_steps) {
      if (n_steps == graph_.nodes.size()) throw NotFused{"the graph runs in a circle"};
      step(only_consumer(value_));
    }
    if (net_.layers.empty()) throw NotFused{"the graph has no layer"};
    if (net_.layers.back().n_out != 1) throw NotFused{"the last layer gives more than one value a row"};
    if (grid_) add_identity();
    return std::move(net_);
  }

 private:
  const NodeView& only_consumer(std::string_view value) const {
    const auto [first, last] = consumers_.equal_range(value);
    if (first == last) throw NotFused{"nothing uses the value " + quoted(value)};
    if (std::next(first) != last) throw NotFused{"the value " + quoted(value) + " is used more than once"};
    return *first->second;
  }

  void step(const NodeView& node) {
    const std::string_view op = node.op_type;
    if (op == "Sub" || op == "Div" || op == "Mul" || (op == "Add" && net_.layers.empty()))
      add_scaler_step(node);
    else if (op == "Gemm")
      add_gemm(node);
    else if (op == "MatMul")
      add_matmul(node);
    else if (op == "DynamicQuantizeLinear")
      return add_int8_layer(node);
    else if (op == "QuantizeLinear")
      return add_grid(node);
    else if (op == "Add")
      add_bias(node);
    else if (op == "Relu" || op == "Clip" || op == "LeakyRelu")
      add_activation(node);
    else if (!is_tail(op) && op != "Identity")
      throw NotFused{"the operator " + std::string(op) + " (node " + quoted(node.name) + ") is not fused"};
    value_ = output(node);
  }

  // Whatever these do to one score a row, they leave the scores in their order.
  bool is_tail(std::string_view op) const {
    const bool reshapes = op == "Squeeze" || op == "Reshape" || op == "Flatten";
    return reshapes && !net_.layers.empty() && net_.layers.back().n_out == 1;
  }

  // The operand that is not the value being followed.
  std::string_view other_input(const NodeView& node, std::string_view value) const {
    return input(node, 0) == value ? input(node, 1) : input(node, 0);
  }

  void require_no_grid(const NodeView& node) const {
    if (grid_) throw NotFused{"the node " + quoted(node.name) + " takes a quantised value"};
  }

  void add_scaler_step(const NodeView& node) {
    using Op = ScalerStep::Op;
    require_no_grid(node);
    if (!net_.layers.empty()) throw NotFused{"the node " + quoted(node.name) + " scales between layers"};
    const bool commutes = node.op_type == "Add" || node.op_type == "Mul";
    if (!commutes && input(node, 0) != value_)
      throw NotFused{"the node " + quoted(node.name) + " has the value on its right side"};
    const Op op = node.op_type == "Add"   ? Op::kAdd
                  : node.op_type == "Sub" ? Op::kSubtract
                  : node.op_type == "Mul" ? Op::kMultiply
                                          : Op::kDivide;
    net_.scaler.push_back({op, constants_.columns(other_input(node, value_), static_cast<int>(width()))});
  }

  int64_t width() const { return net_.layers.empty() ? graph_.inputs[0].shape[1] : net_.layers.back().n_out; }

  Layer& new_layer(int64_t n_in, int64_t n_out, std::string_view weights) {
    if (n_in != width())
      throw NotFused{"the weights " + quoted(weights) + " do not fit the value before them"};
    if (n_out < 1 || n_in > kMaxWidth || n_out > kMaxWidth)
      throw NotFused{"the layer " + quoted(weights) + " is wider than " + std::to_string(kMaxWidth)};
    Layer& layer = net_.layers.emplace_back();
    layer.n_in = static_cast<int>(n_in);
    layer.n_out = static_cast<int>(n_out);
    layer.bias.assign(static_cast<std::size_t>(n_out), 0.0F);
    layer.grid = grid_;
    grid_.reset();
    return layer;
  }

  void add_gemm(const NodeView& node) {
    const auto integer = [&](const char* name) {
      const AttributeView* found = attribute(node, name);
      return found == nullptr ? 0 : found->integer_value;
    };
    const auto is_one = [&](const char* name) {
      const AttributeView* found = attribute(node, name);
      return found == nullptr || found->float_value == 1.0F;
    };
    if (input(node, 0) != value_ || integer("transA") != 0 || !is_one("alpha") || !is_one("beta"))
      throw NotFused{"the Gemm " + quoted(node.name) + " is not a plain x W + b"};
    const WeightMatrix weights = constants_.matrix(input(node, 1));
    add_layer(integer("transB") != 0 ? weights.transposed() : weights, input(node, 1));
    Layer& layer = net_.layers.back();
    if (node.inputs.size() > 2) layer.bias = constants_.columns(node.inputs[2], layer.n_out);
  }

  void add_matmul(const NodeView& node) {
    if (input(node, 0) != value_)
      throw NotFused{"the MatMul " + quoted(node.name) + " has the weights on its left side"};
    add_layer(constants_.matrix(input(node, 1)), input(node, 1));
  }

  // Integers are only multiplied by integers where the value before them is on a grid too.
  void add_layer(const WeightMatrix& weights, std::string_view name) {
    Layer& layer = new_layer(weights.n_rows, weights.n_columns, name);
    const bool scales_columns = weights.scales.size() == 1 || weights.scale_axis == 1;
    layer.is_int8 = layer.grid && !weights.integers.empty() && scales_columns;
    if (!layer.is_int8) {
      layer.weights = weights.values;
      return;
    }
    layer.int8_weights = weights.integers;
    layer.scales = weights.scales;
    layer.scales.resize(static_cast<std::size_t>(layer.n_out), weights.scales[0]);
  }

  // The seven nodes that onnxruntime.quantization writes for a layer, up to the product with the scales.
  void add_int8_layer(const NodeView& quantise) {
    require_no_grid(quantise);
    if (quantise.outputs.size() != 3)
      throw NotFused{"the node " + quoted(quantise.name) + " lacks an output"};
    const std::string_view quantised = quantise.outputs[0];
    const std::string_view scale = quantise.outputs[1];
    const NodeView& product = only_consumer(quantised);
    if (product.op_type != "MatMulInteger" || input(product, 0) != quantised ||
        input(product, 2) != quantise.outputs[2])
      throw NotFused{"the node " + quoted(product.name) +
                     " does not multiply the quantised value by int8 weights"};
    const NodeView& cast = only_consumer(output(product));
    const NodeView& rescale = only_consumer(output(cast));
    const NodeView& scales = only_consumer(scale);
    if (cast.op_type != "Cast" || rescale.op_type != "Mul" || scales.op_type != "Mul" ||
        other_input(rescale, output(cast)) != output(scales))
      throw NotFused{"the node " + quoted(product.name) + " is not rescaled as dynamic quantisation does"};

    const TensorView& weights = constants_.tensor(input(product, 1));
    if (weights.shape.size() != 2)
      throw NotFused{"the weights " + quoted(weights.name) + " are not a matrix"};
    if (product.inputs.size() > 3) check_zero(product.inputs[3]);
    Layer& layer = new_layer(weights.shape[0], weights.shape[1], weights.name);
    layer.is_int8 = true;
    layer.int8_weights = constants_.int8(weights.name);
    layer.scales = constants_.columns(other_input(scales, scale), layer.n_out);
    value_ = output(rescale);
  }

  void check_zero(std::string_view zero_point) const {
    for (const int8_t value : constants_.int8(zero_point))
      if (value != 0) throw NotFused{"the weights have the zero point " + quoted(zero_point)};
  }

  // A QuantizeLinear and the DequantizeLinear after it round the value to a grid.
  void add_grid(const NodeView& quantise) {
    const NodeView& dequantise = only_consumer(output(quantise));
    const Grid grid = constants_.grid(quantise);
    const bool comes_back = dequantise.op_type == "DequantizeLinear" && constants_.grid(dequantise) == grid;
    if (input(quantise, 0) != value_ || !comes_back || (grid_ && !(*grid_ == grid)))
      throw NotFused{"the node " + quoted(quantise.name) + " does not round the value to one grid"};
    grid_ = grid;
    value_ = output(dequantise);
  }

  // A layer that rounds the score to the last grid and does nothing else.
  void add_identity() { new_layer(1, 1, "").weights = {1.0F}; }

  void add_bias(const NodeView& node) {
    require_no_grid(node);
    Layer& layer = net_.layers.back();
    const bool has_bias = std::any_of(layer.bias.begin(), layer.bias.end(), [](float b) { return b != 0; });
    if (has_bias || layer.activation.kind != Activation::Kind::kNone)
      throw NotFused{"the node " + quoted(node.name) + " adds to a finished layer"};
    layer.bias = constants_.columns(other_input(node, value_), layer.n_out);
  }

  void add_activation(const NodeView& node) {
    using Kind = Activation::Kind;
    require_no_grid(node);
    if (net_.layers.empty()) throw NotFused{"the node " + quoted(node.name) + " comes before any layer"};
    Activation& activation = net_.layers.back().activation;
    const bool is_relu = node.op_type == "Relu";
    if (is_relu && activation.kind == Kind::kRelu) return;
    if (activation.kind != Kind::kNone)
      throw NotFused{"the node " + quoted(node.name) + " is a second activation"};
    activation = is_relu ? Activation{Kind::kRelu} : node.op_type == "Clip" ? clip(node) : leaky_relu(node);
  }

  // The bounds are attributes before opset 11 and inputs since.
  Activation clip(const NodeView& node) const {
    const auto bound = [&](std::size_t index, const char* name, float unbounded) {
      if (const AttributeView* found = attribute(node, name)) return found->float_value;
      const bool is_given = index < node.inputs.size() && !node.inputs[index].empty();
      return is_given ? constants_.number(node.inputs[index]) : unbounded;
    };
    using Limits = std::numeric_limits<float>;
    const float low = bound(1, "min", Limits::lowest());
    const float high = bound(2, "max", Limits::max());
    if (!(low <= high)) throw NotFused{"the Clip " + quoted(node.name) + " has bounds in the wrong order"};
    return {Activation::Kind::kClip, low, high};
  }

  Activation leaky_relu(const NodeView& node) const {
    constexpr float kDefaultSlope = 0.01F;
    const AttributeView* found = attribute(node, "alpha");
    const float slope = found == nullptr ? kDefaultSlope : found->float_value;
    if (!(slope >= 0 && slope <= 1))
      throw NotFused{"the LeakyRelu " + quoted(node.name) + " has a slope outside 0..1"};
    return {Activation::Kind::kLeakyRelu, 0, 0, slope};
  }

  const GraphView& graph_;
  const Constants constants_;
  std::multimap<std::string_view, const NodeView*> consumers_;
  std::string_view value_;
  std::optional<Grid> grid_;  // that value_ has been rounded to since the last layer
  Mlp net_;
};

}  // namespace

std::variant<Mlp, std::string> recognise(const GraphView& graph) {
  try {
    return Recogniser(graph).run();
  } catch (const NotFused& obstacle) {
    return obstacle.reason;
  }
}

}  // namespace vmaf_dnn::fused
