// SPDX-License-Identifier: BSD-3-Clause
// From a graph view to the arithmetic of a multilayer perceptron, or the reason why it is not one.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "admission/graph.h"

namespace vmaf_dnn::fused {

inline constexpr int kMaxWidth = 256;

enum class Activation { kNone, kRelu };

// y = activation(x W + bias), with W either float32, or int8 with one scale a column. In the second case x is
// first quantised to uint8 over its own row, as DynamicQuantizeLinear defines it.
struct Layer {
  int n_in = 0;
  int n_out = 0;
  bool is_int8 = false;
  std::vector<float> weights;        // (n_in, n_out), row-major
  std::vector<int8_t> int8_weights;  // (n_in, n_out), row-major
  std::vector<float> scales;         // n_out, of the int8 weights
  std::vector<float> bias;           // n_out
  Activation activation = Activation::kNone;
};

// row <- row op operand, feature by feature.
struct ScalerStep {
  enum class Op { kAdd, kSubtract, kMultiply, kDivide };
  Op op;
  std::vector<float> operand;  // n_features
};

// score = layers(scaler(row)). The scaler is not folded into the first layer: that would save a thirtieth of
// the time and cost the equality with ONNX Runtime, where a rounding more or less can move a quantised value
// by a step.
struct Plan {
  std::vector<ScalerStep> scaler;
  std::vector<Layer> layers;

  int n_features() const { return layers.front().n_in; }
};

// A std::string says what in the graph the fused engine does not do.
std::variant<Plan, std::string> recognise(const GraphView& graph);

}  // namespace vmaf_dnn::fused
