// SPDX-License-Identifier: BSD-3-Clause
#include "engine/fused_mlp/pack.h"

#include <algorithm>

namespace vmaf_dnn::fused {
namespace {

std::size_t round_up(std::size_t n, std::size_t multiple) { return (n + multiple - 1) / multiple * multiple; }

template <typename T>
std::vector<T> padded(std::vector<T> values, int n_lanes) {
  values.resize(round_up(values.size(), static_cast<std::size_t>(n_lanes)), T{});
  return values;
}

// A matrix of words (n_in words deep, n_out wide), one per weight or per group of packed weights.
template <typename T>
struct Matrix {
  std::size_t n_in;
  std::size_t n_out;
  std::vector<T> values;

  // Blocks of n_block columns, each row by row; the columns left over follow one by one.
  std::vector<T> in_tile_order(std::size_t n_block) const {
    std::vector<T> ordered(values.size());
    auto next = ordered.begin();
    for (std::size_t j = 0; j < n_out;) {
      const std::size_t width = j + n_block <= n_out ? n_block : 1;
      for (std::size_t k = 0; k < n_in; ++k) next = std::copy_n(&values[k * n_out + j], width, next);
      j += width;
    }
    return ordered;
  }

  std::vector<T> in_row_order(std::size_t n_lanes) const {
    const std::size_t width = round_up(n_out, n_lanes);
    std::vector<T> ordered(n_in * width, T{});
    for (std::size_t k = 0; k < n_in; ++k)
      std::copy_n(&values[k * n_out], n_out, ordered.begin() + static_cast<std::ptrdiff_t>(k * width));
    return ordered;
  }
};

// `n_pack` int8 of consecutive inputs side by side in 32 bits, lowest first; zeros fill up the last word.
Matrix<int32_t> to_words(const Layer& layer, int n_pack) {
  const auto n_in = static_cast<std::size_t>(layer.n_in);
  const auto n_out = static_cast<std::size_t>(layer.n_out);
  const auto pack = static_cast<std::size_t>(n_pack);
  const unsigned n_bits = 32U / static_cast<unsigned>(n_pack);
  const uint32_t mask = n_pack == 1 ? ~uint32_t{0} : (uint32_t{1} << n_bits) - 1;
  Matrix<int32_t> words{round_up(n_in, pack) / pack, n_out, {}};
  words.values.assign(words.n_in * n_out, 0);
  for (std::size_t k = 0; k < n_in; ++k)
    for (std::size_t j = 0; j < n_out; ++j) {
      const uint32_t bits =
          static_cast<uint32_t>(static_cast<int32_t>(layer.int8_weights[k * n_out + j])) & mask;
      int32_t& word = words.values[k / pack * n_out + j];
      word = static_cast<int32_t>(static_cast<uint32_t>(word) | bits << (n_bits * (k % pack) % 32));
    }
  return words;
}

std::vector<int32_t> column_sums(const Layer& layer) {
  const auto n_out = static_cast<std::size_t>(layer.n_out);
  std::vector<int32_t> sums(n_out, 0);
  for (std::size_t i = 0; i < layer.int8_weights.size(); ++i) sums[i % n_out] += layer.int8_weights[i];
  return sums;
}

}  // namespace

Pack::Pack(const Mlp& net, const Kernel& kernel) {
  for (const ScalerStep& step : net.scaler)
    scaler_.push_back({static_cast<int>(step.op), keep(step.operand)});
  bool may_be_negative = true;
  net_ = {};
  for (const Layer& layer : net.layers) {
    layers_.push_back(pack(layer, kernel));
    layers_.back().is_signed = layer.grid ? layer.grid->zero_point != 0 : may_be_negative;
    if (layers_.size() > 1) layers_[layers_.size() - 2].feeds_int8 = layer.is_int8 && !layer.grid;
    may_be_negative = layer.activation.gives_negatives();
    net_.width = std::max({net_.width, layer.n_in, layer.n_out});
    net_.is_quantised = net_.is_quantised || layer.is_int8 || layer.grid;
  }
  net_.n_features = net.n_features();
  net_.n_scaler_steps = static_cast<int>(scaler_.size());
  net_.n_layers = static_cast<int>(layers_.size());
  net_.scaler = scaler_.data();
  net_.layers = layers_.data();
}

// Moving a vector into another one leaves its elements where they are.
const float* Pack::keep(std::vector<float> values) { return floats_.emplace_back(std::move(values)).data(); }

const int32_t* Pack::keep(std::vector<int32_t> values) {
  return words_.emplace_back(std::move(values)).data();
}

PackedLayer Pack::pack(const Layer& layer, const Kernel& kernel) {
  const auto n_block = static_cast<std::size_t>(kernel.n_block);
  const auto n_lanes = static_cast<std::size_t>(kernel.n_lanes);
  PackedLayer packed{};
  packed.n_in = layer.n_in;
  packed.n_out = layer.n_out;
  packed.is_int8 = layer.is_int8;
  using Kind = Activation::Kind;
  packed.has_relu = layer.activation.kind == Kind::kRelu;
  packed.has_clip = layer.activation.kind == Kind::kClip;
  packed.has_slope = layer.activation.kind == Kind::kLeakyRelu;
  packed.low = layer.activation.low;
  packed.high = layer.activation.high;
  packed.slope = layer.activation.slope;
  packed.has_grid = layer.grid.has_value();
  packed.grid_scale = layer.grid.value_or(Grid()).scale;
  packed.grid_zero_point = layer.grid.value_or(Grid()).zero_point;
  packed.bias = keep(padded(layer.bias, kernel.n_lanes));
  if (layer.is_int8) {
    const Matrix<int32_t> words = to_words(layer, kernel.n_pack);
    packed.tile_words = keep(words.in_tile_order(n_block));
    packed.row_words = keep(words.in_row_order(n_lanes));
    packed.scales = keep(padded(layer.scales, kernel.n_lanes));
    packed.column_sums = keep(padded(column_sums(layer), kernel.n_lanes));
  } else {
    const Matrix<float> weights{static_cast<std::size_t>(layer.n_in), static_cast<std::size_t>(layer.n_out),
                                layer.weights};
    packed.tile_weights = keep(weights.in_tile_order(n_block));
    packed.row_weights = keep(weights.in_row_order(n_lanes));
  }
  return packed;
}

}  // namespace vmaf_dnn::fused
