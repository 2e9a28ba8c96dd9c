// SPDX-License-Identifier: BSD-3-Clause
// Scores many rows at once: a lane is a row, and a weight is broadcast. kernel.inl describes the layout.
#pragma once

#include <cstddef>

#include "engine/fused_mlp/kernels/elementwise.inl"
#include "engine/fused_mlp/kernels/kernel.h"
#include "engine/fused_mlp/kernels/quantiser.inl"

namespace vmaf_dnn::fused {
namespace {

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
    return sizeof(float) * static_cast<std::size_t>(2 * buffer_size(width) + words_size(width));
  }
  Tile(unsigned char* memory, int width)
      : from_(reinterpret_cast<float*>(memory)),
        to_(from_ + buffer_size(width)),
        words_(reinterpret_cast<int32_t*>(to_ + buffer_size(width))) {}

  // Scores 1 to kRows rows; lanes without a row compute on zeros.
  void score(const PackedMlp& net, const float* rows, int n_rows, float* scores) {
    load(net, rows, n_rows);
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
  static constexpr int kColumns = 4;    // that are transposed at a time
  static constexpr int kAnyNumber = 0;  // of inputs, known when it runs
  static constexpr float kInfinity = __builtin_inff();

  static constexpr int buffer_size(int width) { return kRows * (width < kColumns ? kColumns : width); }
  static constexpr int words_size(int width) { return kRows * ((width + kPack - 1) / kPack); }

  // Transposes the rows, four features at a time, and applies the scaler. Also notes in taint_, as 0 or NaN,
  // which rows hold what quantisation would lose.
  void load(const PackedMlp& net, const float* rows, int n_rows) {
    const int stride = net.n_features < kColumns ? kColumns : net.n_features;
    if (n_rows < kRows || net.n_features < kColumns) rows = padded(net, rows, n_rows, stride);
    for (int v = 0; v < kVectors; ++v, rows += kLanes * stride) {
      F taint = Isa::broadcast(0);
      F highest = Isa::broadcast(0);
      for (int k = 0; k < net.n_features;) {
        const int first = k + kColumns <= stride ? k : stride - kColumns;
        F columns[kColumns];
        Isa::transpose(rows + first, stride, columns);
        for (; k < first + kColumns && k < net.n_features; ++k) {
          F x = columns[k - first];
          for (int s = 0; s < net.n_scaler_steps; ++s)
            x = apply_scaler<F, Isa>(net.scaler[s].op, x, Isa::broadcast(net.scaler[s].operand[k]));
          if (net.is_quantised) taint = Isa::fma(Isa::mul(x, x), Isa::broadcast(0), taint);
          highest = Isa::max(highest, x);
          Isa::store(from_ + k * kRows + v * kLanes, x);
        }
      }
      Isa::store(highest_ + v * kLanes, highest);
      Isa::store(taint_ + v * kLanes, taint);
    }
  }

  // A tile full of rows, zeros where there are none, where the first layer's outputs will be.
  __attribute__((noinline)) const float* padded(const PackedMlp& net, const float* rows, int n_rows,
                                                int stride) {
    for (int i = 0; i < kRows * stride; ++i) to_[i] = 0;
    for (int row = 0; row < n_rows; ++row)
      for (int k = 0; k < net.n_features; ++k) to_[row * stride + k] = rows[row * net.n_features + k];
    return to_;
  }

  // A loop of known length over the inputs is worth a twentieth; these are the lengths that models have.
  void run_fp32(const PackedLayer& layer) {
    switch (layer.n_in) {
      case 4:
        return run_fp32<4>(layer);
      case 6:
        return run_fp32<6>(layer);
      case 16:
        return run_fp32<16>(layer);
      default:
        return run_fp32<kAnyNumber>(layer);
    }
  }

  template <int n_inputs>
  void run_fp32(const PackedLayer& layer) {
    for (int v = 0; v < kVectors; ++v) Isa::store(highest_ + v * kLanes, Isa::broadcast(0));
    const float* weights = layer.tile_weights;
    int j = 0;
    for (; j + kBlock <= layer.n_out; j += kBlock, weights += kBlock * layer.n_in)
      block_fp32<n_inputs, kBlock>(layer, weights, j);
    for (; j < layer.n_out; ++j, weights += layer.n_in) block_fp32<n_inputs, 1>(layer, weights, j);
  }

  template <int n_inputs, int n_outputs>
  void block_fp32(const PackedLayer& layer, const float* weights, int first) {
    F sums[n_outputs][kVectors];
    for (auto& row : sums)
      for (F& sum : row) sum = Isa::broadcast(0);
    for (int k = 0; k < (n_inputs == kAnyNumber ? layer.n_in : n_inputs); ++k) {
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

  // Where they are quantised next, the highest of a layer's outputs is kept while they are at hand, and a
  // Relu is left to the quantiser, which puts all below 0 at the place of 0. What does not change is read
  // before the loop: any store of a vector might change it, as far as the compiler knows.
  template <int n_outputs, bool keeps_highest>
  void store_outputs(const PackedLayer& layer, const F (&sums)[n_outputs][kVectors], int first) {
    const float* bias = layer.bias + first;
    const F floor = Isa::broadcast(layer.has_relu ? 0 : -kInfinity);
    float* to = to_ + first * kRows;
    F highest[kVectors];
    for (int v = 0; v < kVectors; ++v) highest[v] = Isa::load(highest_ + v * kLanes);
#pragma GCC unroll 8
    for (int j = 0; j < n_outputs; ++j)
      for (int v = 0; v < kVectors; ++v) {
        F y = Isa::add(sums[j][v], Isa::broadcast(bias[j]));
        if constexpr (keeps_highest)
          highest[v] = Isa::max(highest[v], y);
        else
          y = Isa::max(floor, y);
        Isa::store(to + j * kRows + v * kLanes, y);
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
    switch (n_words) {
      case 8:
        return run_int8<8>(layer, n_words);
      case 16:
        return run_int8<16>(layer, n_words);
      default:
        return run_int8<kAnyNumber>(layer, n_words);
    }
  }

  template <int n_known_words>
  void run_int8(const PackedLayer& layer, int n_words) {
    const int32_t* words = layer.tile_words;
    int j = 0;
    for (; j + kBlock <= layer.n_out; j += kBlock, words += kBlock * n_words)
      block_int8<n_known_words, kBlock>(layer, words, n_words, j);
    for (; j < layer.n_out; ++j, words += n_words) block_int8<n_known_words, 1>(layer, words, n_words, j);
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
    if (layer.is_signed)
      place<true>(quantiser, layer.n_in, from_ + v * kLanes, words_ + v * kLanes);
    else
      place<false>(quantiser, layer.n_in, from_ + v * kLanes, words_ + v * kLanes);
  }

  template <bool is_signed>
  static void place(const Quantiser<Isa>& quantiser, int n_in, const float* from, int32_t* words) {
    I places[kPack];
    for (; n_in >= kPack; n_in -= kPack, from += kPack * kRows, words += kRows) {
#pragma GCC unroll 4
      for (int i = 0; i < kPack; ++i) places[i] = quantiser.place(Isa::load(from + i * kRows), is_signed);
      Isa::store(words, Isa::pack(places));
    }
    if (n_in == 0) return;
    for (int i = 0; i < kPack; ++i)
      places[i] = i < n_in ? quantiser.place(Isa::load(from + i * kRows), is_signed) : Isa::broadcast_word(0);
    Isa::store(words, Isa::pack(places));
  }

  Quantiser<Isa> span(const PackedLayer& layer, int v) const {
    const F high = Isa::load(highest_ + v * kLanes);
    if (!layer.is_signed) return Quantiser<Isa>(high);
    const float* from = from_ + v * kLanes;
    F low = Isa::broadcast(0);
    for (int k = 0; k < layer.n_in; ++k) low = Isa::min(low, Isa::load(from + k * kRows));
    return Quantiser<Isa>(low, high);
  }

  template <int n_known_words, int n_outputs>
  void dot(I (&sums)[n_outputs][kVectors], const int32_t* words, int n_words) const {
#pragma GCC unroll 8
    for (int j = 0; j < n_outputs; ++j)
      for (int v = 0; v < kVectors; ++v) sums[j][v] = Isa::broadcast_word(0);
    for (int k = 0; k < (n_known_words == kAnyNumber ? n_words : n_known_words); ++k) {
      I x[kVectors];
      for (int v = 0; v < kVectors; ++v) x[v] = Isa::load(words_ + k * kRows + v * kLanes);
      for (int j = 0; j < n_outputs; ++j) {
        const I weight = Isa::broadcast_word(words[k * n_outputs + j]);
        for (int v = 0; v < kVectors; ++v) sums[j][v] = Isa::dot(sums[j][v], x[v], weight);
      }
    }
  }

  template <int n_known_words, int n_outputs>
  void block_int8(const PackedLayer& layer, const int32_t* words, int n_words, int first) {
    I sums[n_outputs][kVectors];
    dot<n_known_words>(sums, words, n_words);
    const float* scales = layer.scales + first;
    const int32_t* column_sums = layer.column_sums + first;
    const bool is_signed = layer.is_signed;
    F products[n_outputs][kVectors];
#pragma GCC unroll 8
    for (int j = 0; j < n_outputs; ++j)
      for (int v = 0; v < kVectors; ++v) {
        I sum = sums[j][v];
        if (is_signed)
          sum = Isa::sub(sum,
                         Isa::mul(Isa::load(zero_points_ + v * kLanes), Isa::broadcast_word(column_sums[j])));
        const F factor = Isa::mul(Isa::load(scales_ + v * kLanes), Isa::broadcast(scales[j]));
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
