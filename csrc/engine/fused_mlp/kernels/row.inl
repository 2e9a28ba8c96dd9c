// SPDX-License-Identifier: BSD-3-Clause
// Scores one row: a lane is an output, and an input is broadcast. kernel.inl describes the layout.
#pragma once

#include "engine/fused_mlp/kernels/elementwise.inl"
#include "engine/fused_mlp/kernels/kernel.h"
#include "engine/fused_mlp/kernels/quantiser.inl"

namespace vmaf_dnn::fused {
namespace {

template <typename Isa>
class SingleRow {
  using F = typename Isa::F;
  using I = typename Isa::I;
  static constexpr int kLanes = Isa::kLanes;
  static constexpr int kPack = Isa::kPack;
  static constexpr int kMaxVectors = 4;

 public:
  float score(const PackedMlp& net, const float* row) {
    float taint = 0;
    for (int k = 0; k < net.n_features; ++k) {
      from_[k] = row[k];
      for (int s = 0; s < net.n_scaler_steps; ++s)
        from_[k] = apply_scaler<float, Single>(net.scaler[s].op, from_[k], net.scaler[s].operand[k]);
      if (net.is_quantised) taint += from_[k] * from_[k] * 0;
    }
    for (int i = 0; i < net.n_layers; ++i) {
      const PackedLayer& layer = net.layers[i];
      if (layer.has_grid) snap(layer);
      if (layer.is_int8) quantise(layer);
      run(layer);
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

  // As many vectors of outputs at a time as registers hold.
  void run(const PackedLayer& layer) {
    const int n_vectors = (layer.n_out + kLanes - 1) / kLanes;
    const int padded = n_vectors * kLanes;
    for (int v = 0; v < n_vectors; v += kMaxVectors) {
      const int n_left = n_vectors - v < kMaxVectors ? n_vectors - v : kMaxVectors;
      if (n_left == 1) run<1>(layer, v * kLanes, padded);
      if (n_left == 2) run<2>(layer, v * kLanes, padded);
      if (n_left == 3) run<3>(layer, v * kLanes, padded);
      if (n_left == kMaxVectors) run<kMaxVectors>(layer, v * kLanes, padded);
    }
  }

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
    const Quantiser<Isa> quantiser(layer);
    for (int k = 0; k < layer.n_in; k += kLanes) Isa::store(from_ + k, quantiser.snap(Isa::load(from_ + k)));
  }

  void quantise(const PackedLayer& layer) {
    const int n_in = layer.n_in;
    for (int k = n_in; k % kLanes != 0 || k % kPack != 0; ++k) from_[k] = 0;
    const Quantiser<Isa> quantiser = layer.has_grid ? Quantiser<Isa>(layer) : span(n_in);
    scale_ = Isa::first(quantiser.scale);
    zero_point_ = Isa::first(quantiser.zero_point);
    for (int k = 0; k < n_in; k += kLanes)
      Isa::store_packed(words_, k, quantiser.place(Isa::load(from_ + k), layer.is_signed));
  }

  // The lanes are the values of one row, so the extremes need one more step across lanes.
  Quantiser<Isa> span(int n_in) const {
    F low = Isa::broadcast(0);
    F high = Isa::broadcast(0);
    for (int k = 0; k < n_in; k += kLanes) {
      const F x = Isa::load(from_ + k);
      low = Isa::min(low, x);
      high = Isa::max(high, x);
    }
    return Quantiser<Isa>(Isa::broadcast(Isa::lowest(low)), Isa::broadcast(Isa::highest(high)));
  }

  alignas(64) float buffers_[2][kMaxWidth];
  alignas(64) int32_t words_[kMaxWidth];
  float scale_;
  int32_t zero_point_;
  float* from_ = buffers_[0];
  float* to_ = buffers_[1];
};

}  // namespace
}  // namespace vmaf_dnn::fused
