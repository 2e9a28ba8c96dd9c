// SPDX-License-Identifier: BSD-3-Clause
// The kernel, once for every instruction set. An `Isa` is a handful of vector operations (isa_*.cc).
//
// Layout. Rows are scored in tiles of kTileVectors vectors: a lane is a row, so activations lie as
// (width, rows) and a weight is broadcast. A block of kBlock outputs times kTileVectors vectors of rows stays
// in registers while the kernel runs down the inputs; a layer's weights are read once a tile, in order. The
// two activation buffers and the weights of a v4-sized net fit in the first-level cache. The few rows that do
// not fill a tile are scored one by one: there a lane is an output and the input is broadcast.
//
// Bits. Both ways, on every instruction set, a float32 output is fma(x[n-1], w[n-1], ... fma(x[0], w[0], 0))
// + bias: the inputs in ascending order, then the bias. An int8 output is float(sum of integers) * (row scale
// * column scale) + bias, each operation rounded. That is also the order of ONNX Runtime's x86 kernels. So a
// row's score never depends on the lane, tile, batch or CPU that it meets.
//
// Not-a-number. max(a, b) is b unless a > b, everywhere, and Relu is max(0, x): a NaN passes. Where values
// are quantised, which would lose it, a row with a feature that is not finite scores NaN.
#pragma once

#include "engine/fused_mlp/kernel.h"

namespace vmaf_dnn::fused {
namespace {

constexpr int kCanonicalFeatures = 6;   // the loop that is worth unrolling
constexpr int kMaxKernelWidth = 256;    // plan.h: kMaxWidth
constexpr float kFarOffGrid = 1 << 24;  // steps; more of them would not fit int32

template <typename F, typename Isa>
F apply_scaler(int op, F x, F operand) {
  switch (op) {
    case 0:
      return Isa::add(x, operand);
    case 1:
      return Isa::sub(x, operand);
    case 2:
      return Isa::mul(x, operand);
    default:
      return Isa::div(x, operand);
  }
}

// A Relu is applied where the outputs are at hand; what is rarer must not slow that loop down.
template <typename Isa>
typename Isa::F activate_rarely(const PackedLayer& layer, typename Isa::F x) {
  if (layer.has_slope) return Isa::max(Isa::mul(Isa::broadcast(layer.slope), x), x);
  return Isa::min(Isa::broadcast(layer.high), Isa::max(Isa::broadcast(layer.low), x));
}

template <typename Isa>
struct Grid {
  typename Isa::F scale;
  typename Isa::F reciprocal;
  typename Isa::I zero_point;

  // The one on which DynamicQuantizeLinear puts a row that spans [low, high] (both include 0):
  // https://onnx.ai/onnx/operators/onnx__DynamicQuantizeLinear.html
  Grid(typename Isa::F low, typename Isa::F high) {
    const auto step = Isa::div(Isa::sub(high, low), Isa::broadcast(255));
    scale = Isa::where_equal(high, low, Isa::broadcast(1), step);
    reciprocal = Isa::div(Isa::broadcast(1), scale);
    zero_point = Isa::clamp_to_byte(Isa::round(Isa::div(Isa::sub(Isa::broadcast(0), low), scale)));
  }

  explicit Grid(const PackedLayer& layer) {
    scale = Isa::broadcast(layer.grid_scale);
    reciprocal = Isa::div(Isa::broadcast(1), scale);
    zero_point = Isa::broadcast_word(layer.grid_zero_point);
  }

  // Any x, rounded to the grid; more steps than fit int32 count as the most that surely do.
  typename Isa::F snap(typename Isa::F x) const {
    const auto steps = Isa::round(Isa::min(Isa::broadcast(kFarOffGrid), quotient(x)));
    const auto place = Isa::clamp_to_byte(Isa::add(steps, zero_point));
    return Isa::mul(Isa::to_float(Isa::sub(place, zero_point)), scale);
  }

  // For an x on the grid or in the span. Not yet clamped to a byte: packing does that.
  typename Isa::I place(typename Isa::F x, bool is_signed) const {
    const auto steps = Isa::round(quotient(x));
    return is_signed ? Isa::add(steps, zero_point) : steps;
  }

  // x / scale, correctly rounded, without a division: one Newton step from a rounded reciprocal (Markstein
  // 1990).
  typename Isa::F quotient(typename Isa::F x) const {
    const auto estimate = Isa::mul(x, reciprocal);
    return Isa::fma(Isa::negated_fma(estimate, scale, x), reciprocal, estimate);
  }
};

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

  // Scores 1 to kRows rows; lanes without a row compute on zeros.
  void score(const PackedPlan& plan, const float* rows, int n_rows, float* scores) {
    load(plan, rows, n_rows);
    scale(plan);
    for (int i = 0; i < plan.n_layers; ++i) {
      const PackedLayer& layer = plan.layers[i];
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
  void load(const PackedPlan& plan, const float* rows, int n_rows) {
    if (plan.n_features == kCanonicalFeatures)
      transpose(rows, n_rows, kCanonicalFeatures);
    else
      transpose(rows, n_rows, plan.n_features);
  }

  __attribute__((always_inline)) void transpose(const float* rows, int n_rows, int n_features) {
    for (int row = 0; row < n_rows; ++row)
      for (int k = 0; k < n_features; ++k) from_[k * kRows + row] = rows[row * n_features + k];
    for (int row = n_rows; row < kRows; ++row)
      for (int k = 0; k < n_features; ++k) from_[k * kRows + row] = 0;
  }

  // Also notes in taint_, as 0 or NaN, which rows hold what quantisation would lose.
  void scale(const PackedPlan& plan) {
    for (int v = 0; v < kVectors; ++v) {
      F taint = Isa::broadcast(0);
      F highest = Isa::broadcast(0);
      for (int k = 0; k < plan.n_features; ++k) {
        float* place = from_ + k * kRows + v * kLanes;
        F x = Isa::load(place);
        for (int s = 0; s < plan.n_scaler_steps; ++s)
          x = apply_scaler<F, Isa>(plan.scaler[s].op, x, Isa::broadcast(plan.scaler[s].operand[k]));
        if (plan.is_quantised) taint = Isa::fma(Isa::mul(x, x), Isa::broadcast(0), taint);
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
    const Grid<Isa> grid(layer);
    for (int i = 0; i < layer.n_in * kRows; i += kLanes)
      Isa::store(from_ + i, grid.snap(Isa::load(from_ + i)));
  }

  // Every lane is a row of its own.
  void quantise(const PackedLayer& layer, int v) {
    const Grid<Isa> grid = layer.has_grid ? Grid<Isa>(layer) : span(layer, v);
    Isa::store(highest_ + v * kLanes, Isa::broadcast(0));
    Isa::store(scales_ + v * kLanes, grid.scale);
    Isa::store(zero_points_ + v * kLanes, grid.zero_point);
    const float* from = from_ + v * kLanes;
    for (int k = 0; k < layer.n_in; k += kPack) {
      I places[kPack];
      for (int i = 0; i < kPack; ++i)
        places[i] = k + i < layer.n_in ? grid.place(Isa::load(from + (k + i) * kRows), layer.is_signed)
                                       : Isa::broadcast_word(0);
      Isa::store(words_ + (k / kPack) * kRows + v * kLanes, Isa::pack(places));
    }
  }

  Grid<Isa> span(const PackedLayer& layer, int v) const {
    const float* from = from_ + v * kLanes;
    F low = Isa::broadcast(0);
    if (layer.is_signed)
      for (int k = 0; k < layer.n_in; ++k) low = Isa::min(low, Isa::load(from + k * kRows));
    return Grid<Isa>(low, Isa::load(highest_ + v * kLanes));
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

  alignas(64) float buffers_[2][kMaxKernelWidth * kRows];
  alignas(64) int32_t words_[kMaxKernelWidth * kRows];
  alignas(64) float scales_[kRows];
  alignas(64) int32_t zero_points_[kRows];
  alignas(64) float highest_[kRows];  // of the layer's outputs and 0, so far
  alignas(64) float taint_[kRows];
  float* from_ = buffers_[0];
  float* to_ = buffers_[1];
};

template <typename Isa>
class Row {
  using F = typename Isa::F;
  using I = typename Isa::I;
  static constexpr int kLanes = Isa::kLanes;
  static constexpr int kPack = Isa::kPack;
  static constexpr int kMaxVectors = 4;

 public:
  float score(const PackedPlan& plan, const float* row) {
    float taint = 0;
    for (int k = 0; k < plan.n_features; ++k) {
      from_[k] = row[k];
      for (int s = 0; s < plan.n_scaler_steps; ++s)
        from_[k] = apply_scaler<float, Single>(plan.scaler[s].op, from_[k], plan.scaler[s].operand[k]);
      if (plan.is_quantised) taint += from_[k] * from_[k] * 0;
    }
    for (int i = 0; i < plan.n_layers; ++i) {
      const PackedLayer& layer = plan.layers[i];
      if (layer.has_grid) snap(layer);
      if (layer.is_int8) quantise(layer);
      const int n_vectors = (layer.n_out + kLanes - 1) / kLanes;
      for (int v = 0; v < n_vectors; v += kMaxVectors) {
        const int n = n_vectors - v < kMaxVectors ? n_vectors - v : kMaxVectors;
        if (n == 1) run<1>(layer, v * kLanes, n_vectors * kLanes);
        if (n == 2) run<2>(layer, v * kLanes, n_vectors * kLanes);
        if (n > 2) run<kMaxVectors>(layer, v * kLanes, n_vectors * kLanes);
      }
      float* swapped = from_;
      from_ = to_;
      to_ = swapped;
    }
    return from_[0] + taint;
  }

 private:
  struct Single {
    static float add(float a, float b) { return a + b; }
    static float sub(float a, float b) { return a - b; }
    static float mul(float a, float b) { return a * b; }
    static float div(float a, float b) { return a / b; }
  };

  template <int n_vectors>
  void run(const PackedLayer& layer, int first, int padded) {
    F y[n_vectors];
    if (layer.is_int8)
      sum_int8<n_vectors>(layer, first, padded, y);
    else
      sum_fp32<n_vectors>(layer, first, padded, y);
    for (int v = 0; v < n_vectors; ++v) {
      const int j = first + v * kLanes;
      y[v] = Isa::add(y[v], Isa::load(layer.bias + j));
      if (layer.has_relu)
        y[v] = Isa::max(Isa::broadcast(0), y[v]);
      else if (layer.has_clip || layer.has_slope)
        y[v] = activate_rarely<Isa>(layer, y[v]);
      Isa::store(to_ + j, y[v]);
    }
  }

  template <int n_vectors>
  void sum_fp32(const PackedLayer& layer, int first, int padded, F (&sums)[n_vectors]) {
    for (F& sum : sums) sum = Isa::broadcast(0);
    for (int k = 0; k < layer.n_in; ++k) {
      const F x = Isa::broadcast(from_[k]);
      for (int v = 0; v < n_vectors; ++v)
        sums[v] = Isa::fma(x, Isa::load(layer.row_weights + k * padded + first + v * kLanes), sums[v]);
    }
  }

  template <int n_vectors>
  void sum_int8(const PackedLayer& layer, int first, int padded, F (&y)[n_vectors]) {
    I sums[n_vectors];
    for (I& sum : sums) sum = Isa::broadcast_word(0);
    for (int k = 0; k < (layer.n_in + kPack - 1) / kPack; ++k) {
      const I x = Isa::broadcast_word(words_[k]);
      for (int v = 0; v < n_vectors; ++v)
        sums[v] = Isa::dot(sums[v], x, Isa::load(layer.row_words + k * padded + first + v * kLanes));
    }
    for (int v = 0; v < n_vectors; ++v) {
      const int j = first + v * kLanes;
      if (layer.is_signed)
        sums[v] =
            Isa::sub(sums[v], Isa::mul(Isa::broadcast_word(zero_point_), Isa::load(layer.column_sums + j)));
      const F factor = Isa::mul(Isa::broadcast(scale_), Isa::load(layer.scales + j));
      y[v] = Isa::mul(Isa::to_float(sums[v]), factor);
    }
  }

  __attribute__((noinline)) void snap(const PackedLayer& layer) {
    const Grid<Isa> grid(layer);
    for (int k = 0; k < layer.n_in; k += kLanes) Isa::store(from_ + k, grid.snap(Isa::load(from_ + k)));
  }

  void quantise(const PackedLayer& layer) {
    const int n_in = layer.n_in;
    for (int k = n_in; k % kLanes != 0 || k % kPack != 0; ++k) from_[k] = 0;
    const Grid<Isa> grid = layer.has_grid ? Grid<Isa>(layer) : span(n_in);
    scale_ = Isa::first(grid.scale);
    zero_point_ = Isa::first(grid.zero_point);
    for (int k = 0; k < n_in; k += kLanes)
      Isa::store_packed(words_, k, grid.place(Isa::load(from_ + k), layer.is_signed));
  }

  // The lanes are the values of one row, so the extremes need one more step across lanes.
  Grid<Isa> span(int n_in) const {
    F low = Isa::broadcast(0);
    F high = Isa::broadcast(0);
    for (int k = 0; k < n_in; k += kLanes) {
      const F x = Isa::load(from_ + k);
      low = Isa::min(low, x);
      high = Isa::max(high, x);
    }
    return Grid<Isa>(Isa::broadcast(Isa::lowest(low)), Isa::broadcast(Isa::highest(high)));
  }

  alignas(64) float buffers_[2][kMaxKernelWidth];
  alignas(64) int32_t words_[kMaxKernelWidth];
  float scale_;
  int32_t zero_point_;
  float* from_ = buffers_[0];
  float* to_ = buffers_[1];
};

// Fewer rows than this are quicker one by one than in a tile with idle lanes.
template <typename Isa>
constexpr int kFewRows = Isa::kLanes / 4;

template <typename Isa>
void run_kernel(const PackedPlan& plan, const float* rows, int64_t n_rows, float* scores) {
  int64_t done = 0;
  if (n_rows > kFewRows<Isa>) {
    Tile<Isa, Isa::kTileVectors> tile;
    for (; n_rows - done > Isa::kLanes; done += tile.kTileRows) {
      const int64_t n = n_rows - done < tile.kTileRows ? n_rows - done : tile.kTileRows;
      tile.score(plan, rows + done * plan.n_features, static_cast<int>(n), scores + done);
    }
  }
  if (n_rows - done > kFewRows<Isa>) {
    Tile<Isa, 1> tile;
    tile.score(plan, rows + done * plan.n_features, static_cast<int>(n_rows - done), scores + done);
    return;
  }
  Row<Isa> row;
  for (; done < n_rows; ++done) scores[done] = row.score(plan, rows + done * plan.n_features);
}

}  // namespace
}  // namespace vmaf_dnn::fused
