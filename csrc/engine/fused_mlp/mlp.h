// SPDX-License-Identifier: BSD-3-Clause
// The arithmetic of a multilayer perceptron.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace vmaf_dnn::fused {

// Relu: max(0, x). Clip: to [low, high]. Leaky relu: max(slope x, x), with a slope of 0 to 1.
struct Activation {
  enum class Kind { kNone, kRelu, kClip, kLeakyRelu };
  Kind kind = Kind::kNone;
  float low = 0;
  float high = 0;
  float slope = 0;

  bool gives_negatives() const {
    return kind == Kind::kNone || kind == Kind::kLeakyRelu || (kind == Kind::kClip && low < 0);
  }
};

// 256 places, `scale` apart, of which `zero_point` is 0: QuantizeLinear to uint8. A grid of int8 is this one
// with its places counted from -128.
struct Grid {
  float scale = 1;
  int zero_point = 0;

  bool operator==(const Grid& other) const { return scale == other.scale && zero_point == other.zero_point; }
};

// y = activation(x W + bias), with W either float32, or int8 with one scale a column. In the second case x is
// first quantised: to `grid`, or without one over its own row, as DynamicQuantizeLinear defines it. Before a
// float32 W it is rounded to the grid, if there is one.
struct Layer {
  int n_in = 0;
  int n_out = 0;
  bool is_int8 = false;
  std::optional<Grid> grid;
  std::vector<float> weights;        // (n_in, n_out), row-major
  std::vector<int8_t> int8_weights;  // (n_in, n_out), row-major
  std::vector<float> scales;         // n_out, of the int8 weights
  std::vector<float> bias;           // n_out
  Activation activation;
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
struct Mlp {
  std::vector<ScalerStep> scaler;
  std::vector<Layer> layers;

  int n_features() const { return layers.front().n_in; }
};

}  // namespace vmaf_dnn::fused
