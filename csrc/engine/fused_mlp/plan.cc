// SPDX-License-Identifier: BSD-3-Clause
#include "engine/fused_mlp/plan.h"

#include <algorithm>
#include <cstring>
#include <map>

namespace vmaf_dnn::fused {
namespace {

constexpr int kElementInt8 = 3;
constexpr int kElementInt64 = 7;

struct NotFused {
  std::string reason;
};

std::string quoted(std::string_view name) { return "\"" + std::string(name) + "\""; }

template <typename T>
std::vector<T> elements(const TensorView& tensor, int element_type) {
  if (tensor.element_type != element_type)
    throw NotFused{"the constant " + quoted(tensor.name) + " has another element type than the kernels take"};
  std::vector<T> values(tensor.integers.begin(), tensor.integers.end());
  if (values.empty()) {
    values.resize(tensor.bytes.size() / sizeof(T));
    std::memcpy(values.data(), tensor.bytes.data(), values.size() * sizeof(T));
  }
  std::size_t n_expected = 1;
  for (const int64_t size : tensor.shape) n_expected *= static_cast<std::size_t>(size);
  if (values.size() != n_expected) throw NotFused{"the constant " + quoted(tensor.name) + " is not whole"};
  return values;
}

// Follows the one path from the graph's input to its output and writes down what happens on it.
class Walk {
 public:
  explicit Walk(const GraphView& graph) : graph_(graph), value_(graph.inputs[0].name) {
    for (const TensorView& constant : graph.constants) constants_.emplace(constant.name, &constant);
    for (const NodeView& node : graph.nodes) {
      if (node.graph != 0) throw NotFused{"the graph has control flow"};
      for (const std::string_view input : node.inputs) consumers_.emplace(input, &node);
    }
  }

  Plan run() {
    for (std::size_t n_steps = 0; value_ != graph_.outputs[0].name; ++n_steps) {
      if (n_steps == graph_.nodes.size()) throw NotFused{"the graph runs in a circle"};
      step(only_consumer(value_));
    }
    if (plan_.layers.empty()) throw NotFused{"the graph has no layer"};
    if (plan_.layers.back().n_out != 1) throw NotFused{"the last layer gives more than one value a row"};
    return std::move(plan_);
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
    if (op == "Sub" || op == "Div" || op == "Mul" || (op == "Add" && plan_.layers.empty()))
      add_scaler_step(node);
    else if (op == "Gemm")
      add_gemm(node);
    else if (op == "MatMul")
      add_matmul(node);
    else if (op == "DynamicQuantizeLinear")
      return add_int8_layer(node);
    else if (op == "Add")
      add_bias(node);
    else if (op == "Relu")
      add_relu(node);
    else if (!is_tail(op) && op != "Identity")
      throw NotFused{"the operator " + std::string(op) + " (node " + quoted(node.name) + ") is not fused"};
    value_ = output_of(node);
  }

  // Whatever these do to one score a row, they leave the scores in their order.
  bool is_tail(std::string_view op) const {
    const bool reshapes = op == "Squeeze" || op == "Reshape" || op == "Flatten";
    return reshapes && !plan_.layers.empty() && plan_.layers.back().n_out == 1;
  }

  static std::string_view output_of(const NodeView& node) {
    if (node.outputs.empty()) throw NotFused{"the node " + quoted(node.name) + " has no output"};
    return node.outputs[0];
  }

  static std::string_view input(const NodeView& node, std::size_t index) {
    if (index >= node.inputs.size()) throw NotFused{"the node " + quoted(node.name) + " lacks an input"};
    return node.inputs[index];
  }

  const TensorView& constant(std::string_view name) const {
    const auto found = constants_.find(name);
    if (found == constants_.end()) throw NotFused{"the value " + quoted(name) + " is not a constant"};
    return *found->second;
  }

  // A vector of `n` float32; one element stands for all.
  std::vector<float> vector(std::string_view name, int n) const {
    const TensorView& tensor = constant(name);
    std::vector<float> values = elements<float>(tensor, kElementFloat);
    if (values.size() == 1)
      values.resize(static_cast<std::size_t>(n), values[0]);
    else if (tensor.shape.back() != n)
      values.clear();  // a column would spread over rows
    if (values.size() != static_cast<std::size_t>(n))
      throw NotFused{"the constant " + quoted(name) + " does not have one element a column"};
    return values;
  }

  // The operand that is not the value being followed.
  std::string_view other_input(const NodeView& node, std::string_view value) const {
    return input(node, 0) == value ? input(node, 1) : input(node, 0);
  }

  void add_scaler_step(const NodeView& node) {
    using Op = ScalerStep::Op;
    if (!plan_.layers.empty()) throw NotFused{"the node " + quoted(node.name) + " scales between layers"};
    const bool commutes = node.op_type == "Add" || node.op_type == "Mul";
    if (!commutes && input(node, 0) != value_)
      throw NotFused{"the node " + quoted(node.name) + " has the value on its right side"};
    const Op op = node.op_type == "Add"   ? Op::kAdd
                  : node.op_type == "Sub" ? Op::kSubtract
                  : node.op_type == "Mul" ? Op::kMultiply
                                          : Op::kDivide;
    plan_.scaler.push_back({op, vector(other_input(node, value_), static_cast<int>(width()))});
  }

  int64_t width() const {
    return plan_.layers.empty() ? graph_.inputs[0].shape[1] : plan_.layers.back().n_out;
  }

  Layer& new_layer(const TensorView& weights, bool is_transposed) {
    if (weights.shape.size() != 2)
      throw NotFused{"the weights " + quoted(weights.name) + " are not a matrix"};
    const int64_t n_in = weights.shape[is_transposed ? 1 : 0];
    const int64_t n_out = weights.shape[is_transposed ? 0 : 1];
    if (n_in != width())
      throw NotFused{"the weights " + quoted(weights.name) + " do not fit the value before them"};
    if (n_out < 1 || n_in > kMaxWidth || n_out > kMaxWidth)
      throw NotFused{"the layer " + quoted(weights.name) + " is wider than " + std::to_string(kMaxWidth)};
    Layer& layer = plan_.layers.emplace_back();
    layer.n_in = static_cast<int>(n_in);
    layer.n_out = static_cast<int>(n_out);
    layer.bias.assign(static_cast<std::size_t>(n_out), 0.0F);
    return layer;
  }

  static const AttributeView* attribute(const NodeView& node, std::string_view name) {
    for (const AttributeView& attribute : node.attributes)
      if (attribute.name == name) return &attribute;
    return nullptr;
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
    add_fp32_layer(constant(input(node, 1)), integer("transB") != 0);
    if (node.inputs.size() > 2) plan_.layers.back().bias = vector(node.inputs[2], plan_.layers.back().n_out);
  }

  void add_matmul(const NodeView& node) {
    if (input(node, 0) != value_)
      throw NotFused{"the MatMul " + quoted(node.name) + " has the weights on its left side"};
    add_fp32_layer(constant(input(node, 1)), false);
  }

  void add_fp32_layer(const TensorView& weights, bool is_transposed) {
    const std::vector<float> values = elements<float>(weights, kElementFloat);
    Layer& layer = new_layer(weights, is_transposed);
    layer.weights.resize(values.size());
    const auto n_in = static_cast<std::size_t>(layer.n_in);
    const auto n_out = static_cast<std::size_t>(layer.n_out);
    for (std::size_t k = 0; k < n_in; ++k)
      for (std::size_t j = 0; j < n_out; ++j)
        layer.weights[k * n_out + j] = is_transposed ? values[j * n_in + k] : values[k * n_out + j];
  }

  // The seven nodes that onnxruntime.quantization writes for a layer, up to the product with the scales.
  void add_int8_layer(const NodeView& quantise) {
    if (quantise.outputs.size() != 3)
      throw NotFused{"the node " + quoted(quantise.name) + " lacks an output"};
    const std::string_view quantised = quantise.outputs[0];
    const std::string_view scale = quantise.outputs[1];
    const NodeView& product = only_consumer(quantised);
    if (product.op_type != "MatMulInteger" || input(product, 0) != quantised ||
        input(product, 2) != quantise.outputs[2])
      throw NotFused{"the node " + quoted(product.name) +
                     " does not multiply the quantised value by int8 weights"};
    const NodeView& cast = only_consumer(output_of(product));
    const NodeView& rescale = only_consumer(output_of(cast));
    const NodeView& scales = only_consumer(scale);
    if (cast.op_type != "Cast" || rescale.op_type != "Mul" || scales.op_type != "Mul" ||
        other_input(rescale, output_of(cast)) != output_of(scales))
      throw NotFused{"the node " + quoted(product.name) + " is not rescaled as dynamic quantisation does"};

    const TensorView& weights = constant(input(product, 1));
    std::vector<int8_t> values = elements<int8_t>(weights, kElementInt8);
    if (product.inputs.size() > 3) check_zero(constant(product.inputs[3]));
    Layer& layer = new_layer(weights, false);
    layer.is_int8 = true;
    layer.int8_weights = std::move(values);
    layer.scales = vector(other_input(scales, scale), layer.n_out);
    value_ = output_of(rescale);
  }

  static void check_zero(const TensorView& zero_point) {
    for (const int8_t value : elements<int8_t>(zero_point, kElementInt8))
      if (value != 0) throw NotFused{"the weights have the zero point " + quoted(zero_point.name)};
  }

  void add_bias(const NodeView& node) {
    Layer& layer = plan_.layers.back();
    const bool has_bias = std::any_of(layer.bias.begin(), layer.bias.end(), [](float b) { return b != 0; });
    if (has_bias || layer.activation != Activation::kNone)
      throw NotFused{"the node " + quoted(node.name) + " adds to a finished layer"};
    layer.bias = vector(other_input(node, value_), layer.n_out);
  }

  void add_relu(const NodeView& node) {
    if (plan_.layers.empty()) throw NotFused{"the node " + quoted(node.name) + " comes before any layer"};
    plan_.layers.back().activation = Activation::kRelu;
  }

  const GraphView& graph_;
  std::map<std::string_view, const TensorView*> constants_;
  std::multimap<std::string_view, const NodeView*> consumers_;
  std::string_view value_;
  Plan plan_;
};

}  // namespace

std::variant<Plan, std::string> recognise(const GraphView& graph) {
  try {
    return Walk(graph).run();
  } catch (const NotFused& obstacle) {
    return obstacle.reason;
  }
}

}  // namespace vmaf_dnn::fused
