// SPDX-License-Identifier: BSD-3-Clause
// Scores many rows at once: a lane is a row, and a weight is broadcast. kernel.inl describes the layout.
#pragma once

#include <cstddef>

#include "engine/fused_mlp/kernels/elementwise.inl"
#include "engine/fused_mlp/kernels/kernel.h"
#include "engine/fused_mlp/kernels/quantiser.inl"

namespace vmaf_dnn::fused {
namespace {

constexpr int kCanonicalFeatures = 6;  // the loop that is worth unrolling

template <typename Isa, int kVectors>
class Tile {
  using F = typename Isa::F;
  using I = typename Isa::I;
  static constexpr int kLanes = Isa::kLanes;
  static constexpr int kRows = kLanes * kVectors;
  static constexpr int kBlock = Isa::kBlock;
  static constexpr int kPack = Isa::kPack;

 public:
  static constexpr int kTileRows = kRows;

  // `memory`: bytes_for(width) at an address that a vector may have, for layers of at most `width`.
  static constexpr std::size_t bytes_for(int width) {
    return 3 * sizeof(float) * kRows * static_cast<std::size_t>(width);
  }
  Tile(unsigned char* memory, int width)
      : from_(reinterpret_cast<float*>(memory)),
        to_(from_ + kRows * width),
        words_(reinterpret_cast<int32_t*>(to_ + kRows * width)) {}

  // Scores 1 to kRows rows; lanes without a row compute on zeros.
  void score(const PackedMlp& net, const float* rows, int n_rows, float* scores) {
    load(net, rows, n_rows);
    scale(net);
    for (int i = 0; i < net.n_layers; ++i) {
      const PackedLayer& layer = net.layers[i];
      if (layer.has_grid) snap(layer);
      if (layer.is_int8)
        run_int8(layer);
      else
        run_fp32(layer);
      if (layer.has_clip || layer.has_slope) activate(layer);
      float* swapped = from_;
      from_ = to_;
      to_ = swapped;
    }
    for (int row = 0; row < n_rows; ++row) scores[row] = from_[row] + taint_[row];
  }

 private:
  void load(const PackedMlp& net, const float* rows, int n_rows) {
    if (net.n_features == kCanonicalFeatures)
      transpose(rows, n_rows, kCanonicalFeatures);
    else
      transpose(rows, n_rows, net.n_features);
  }

  __attribute__((always_inline)) void transpose(const float* rows, int n_rows, int n_features) {
    for (int row = 0; row < n_rows; ++row)
      for (int k = 0; k < n_features; ++k) from_[k * kRows + row] = rows[row * n_features + k];
    for (int row = n_rows; row < kRows; ++row)
      for (int k = 0; k < n_features; ++k) from_[k * kRows + row] = 0;
  }

  // Also notes in taint_, as 0 or NaN, which rows hold what quantisation would lose.
  void scale(const PackedMlp& net) {
    for (int v = 0; v < kVectors; ++v) {
      F taint = Isa::broadcast(0);
      F highest = Isa::broadcast(0);
      for (int k = 0; k < net.n_features; ++k) {
        float* place = from_ + k * kRows + v * kLanes;
        F x = Isa::load(place);
        for (int s = 0; s < net.n_scaler_steps; ++s)
          x = apply_scaler<F, Isa>(net.scaler[s].op, x, Isa::broadcast(net.scaler[s].operand[k]));
        if (net.is_quantised) taint = Isa::fma(Isa::mul(x, x), Isa::broadcast(0), taint);
        highest = Isa::max(highest, x);
        Isa::store(place, x);
      }
      Isa::store(highest_ + v * kLanes, highest);
      Isa::store(taint_ + v * kLanes, taint);
    }
  }

  void run_fp32(const PackedLayer& layer) {
    for (int v = 0; v < kVectors; ++v) Isa::store(highest_ + v * kLanes, Isa::broadcast(0));
    const float* weights = layer.tile_weights;
    int j = 0;
    for (; j + kBlock <= layer.n_out; j += kBlock, weights += kBlock * layer.n_in)
      block_fp32<kBlock>(layer, weights, j);
    for (; j < layer.n_out; ++j, weights += layer.n_in) block_fp32<1>(layer, weights, j);
  }

  template <int n_outputs>
  void block_fp32(const PackedLayer& layer, const float* weights, int first) {
    F sums[n_outputs][kVectors];
    for (auto& row : sums)
      for (F& sum : row) sum = Isa::broadcast(0);
    for (int k = 0; k < layer.n_in; ++k) {
      F x[kVectors];
      for (int v = 0; v < kVectors; ++v) x[v] = Isa::load(from_ + k * kRows + v * kLanes);
      for (int j = 0; j < n_outputs; ++j) {
        const F weight = Isa::broadcast(weights[k * n_outputs + j]);
        for (int v = 0; v < kVectors; ++v) sums[j][v] = Isa::fma(x[v], weight, sums[j][v]);
      }
    }
    finish<n_outputs>(layer, sums, first);
  }

  template <int n_outputs>
  void finish(const PackedLayer& layer, const F (&sums)[n_outputs][kVectors], int first) {
    if (layer.feeds_int8)
      store_outputs<n_outputs, true>(layer, sums, first);
    else
      store_outputs<n_outputs, false>(layer, sums, first);
  }

  // Where they are quantised next, the highest of a layer's outputs is kept while they are at hand.
  template <int n_outputs, bool keeps_highest>
  void store_outputs(const PackedLayer& layer, const F (&sums)[n_outputs][kVectors], int first) {
    F highest[kVectors];
    for (int v = 0; v < kVectors; ++v) highest[v] = Isa::load(highest_ + v * kLanes);
#pragma GCC unroll 8
    for (int j = 0; j < n_outputs; ++j)
      for (int v = 0; v < kVectors; ++v) {
        F y = Isa::add(sums[j][v], Isa::broadcast(layer.bias[first + j]));
        if (layer.has_relu) y = Isa::max(Isa::broadcast(0), y);
        if constexpr (keeps_highest) highest[v] = Isa::max(highest[v], y);
        Isa::store(to_ + (first + j) * kRows + v * kLanes, y);
      }
    for (int v = 0; keeps_highest && v < kVectors; ++v) Isa::store(highest_ + v * kLanes, highest[v]);
  }

  __attribute__((noinline)) void activate(const PackedLayer& layer) {
    for (int v = 0; v < kVectors; ++v) {
      F highest = Isa::broadcast(0);
      for (int j = 0; j < layer.n_out; ++j) {
        float* place = to_ + j * kRows + v * kLanes;
        const F y = activate_rarely<Isa>(layer, Isa::load(place));
        highest = Isa::max(highest, y);
        Isa::store(place, y);
      }
      Isa::store(highest_ + v * kLanes, highest);
    }
  }

  void run_int8(const PackedLayer& layer) {
    for (int v = 0; v < kVectors; ++v) quantise(layer, v);
    const int n_words = (layer.n_in + kPack - 1) / kPack;
    const int32_t* words = layer.tile_words;
    int j = 0;
    for (; j + kBlock <= layer.n_out; j += kBlock, words += kBlock * n_words)
      block_int8<kBlock>(layer, words, n_words, j);
    for (; j < layer.n_out; ++j, words += n_words) block_int8<1>(layer, words, n_words, j);
  }

  // Out of line, as is all that few models need: inlined, it slows every layer of the others by a tenth.
  __attribute__((noinline)) void snap(const PackedLayer& layer) {
    const Quantiser<Isa> quantiser(layer);
    for (int i = 0; i < layer.n_in * kRows; i += kLanes)
      Isa::store(from_ + i, quantiser.snap(Isa::load(from_ + i)));
  }

  // Every lane is a row of its own.
  void quantise(const PackedLayer& layer, int v) {
    const Quantiser<Isa> quantiser = layer.has_grid ? Quantiser<Isa>(layer) : span(layer, v);
    Isa::store(highest_ + v * kLanes, Isa::broadcast(0));
    Isa::store(scales_ + v * kLanes, quantiser.scale);
    Isa::store(zero_points_ + v * kLanes, quantiser.zero_point);
    const float* from = from_ + v * kLanes;
    int32_t* words = words_ + v * kLanes;
    for (int k = 0; k < layer.n_in; k += kPack) {
      I places[kPack];
      for (int i = 0; i < kPack; ++i)
        places[i] = k + i < layer.n_in ? quantiser.place(Isa::load(from + (k + i) * kRows), layer.is_signed)
                                       : Isa::broadcast_word(0);
      Isa::store(words + (k / kPack) * kRows, Isa::pack(places));
    }
  }

  Quantiser<Isa> span(const PackedLayer& layer, int v) const {
    const float* from = from_ + v * kLanes;
    F low = Isa::broadcast(0);
    if (layer.is_signed)
      for (int k = 0; k < layer.n_in; ++k) low = Isa::min(low, Isa::load(from + k * kRows));
    return Quantiser<Isa>(low, Isa::load(highest_ + v * kLanes));
  }

  template <int n_outputs>
  void block_int8(const PackedLayer& layer, const int32_t* words, int n_words, int first) {
    I sums[n_outputs][kVectors];
#pragma GCC unroll 8
    for (int j = 0; j < n_outputs; ++j)
      for (int v = 0; v < kVectors; ++v) sums[j][v] = Isa::broadcast_word(0);
    for (int k = 0; k < n_words; ++k) {
      I x[kVectors];
      for (int v = 0; v < kVectors; ++v) x[v] = Isa::load(words_ + k * kRows + v * kLanes);
      for (int j = 0; j < n_outputs; ++j) {
        const I weight = Isa::broadcast_word(words[k * n_outputs + j]);
        for (int v = 0; v < kVectors; ++v) sums[j][v] = Isa::dot(sums[j][v], x[v], weight);
      }
    }
    F products[n_outputs][kVectors];
#pragma GCC unroll 8
    for (int j = 0; j < n_outputs; ++j)
      for (int v = 0; v < kVectors; ++v) {
        I sum = sums[j][v];
        if (layer.is_signed)
          sum = Isa::sub(sum, Isa::mul(Isa::load(zero_points_ + v * kLanes),
                                       Isa::broadcast_word(layer.column_sums[first + j])));
        const F factor = Isa::mul(Isa::load(scales_ + v * kLanes), Isa::broadcast(layer.scales[first + j]));
        products[j][v] = Isa::mul(Isa::to_float(sum), factor);
      }
    finish<n_outputs>(layer, products, first);
  }

  alignas(64) float scales_[kRows];
  alignas(64) int32_t zero_points_[kRows];
  alignas(64) float highest_[kRows];  // of the layer's outputs and 0, so far
  alignas(64) float taint_[kRows];
  float* from_;
  float* to_;
  int32_t* words_;
};

}  // namespace
}  // namespace vmaf_dnn::fused
