// SPDX-License-Identifier: BSD-3-Clause
// Puts values on a grid of 256 places.
#pragma once

#include "engine/fused_mlp/kernels/kernel.h"

namespace vmaf_dnn::fused {
namespace {

constexpr float kFarOffGrid = 1 << 24;  // steps; more of them would not fit int32

template <typename Isa>
struct Quantiser {
  typename Isa::F scale;
  typename Isa::F reciprocal;
  typename Isa::I zero_point;

  // The one on which DynamicQuantizeLinear puts a row that spans [low, high] (both include 0):
  // https://onnx.ai/onnx/operators/onnx__DynamicQuantizeLinear.html
  Quantiser(typename Isa::F low, typename Isa::F high) {
    const auto step = Isa::div(Isa::sub(high, low), Isa::broadcast(255));
    scale = Isa::where_equal(high, low, Isa::broadcast(1), step);
    reciprocal = Isa::div(Isa::broadcast(1), scale);
    zero_point = Isa::clamp_to_byte(Isa::round(Isa::div(Isa::sub(Isa::broadcast(0), low), scale)));
  }

  // The same where `low` is known to be 0.
  explicit Quantiser(typename Isa::F high) {
    const auto step = Isa::div(high, Isa::broadcast(255));
    scale = Isa::where_equal(high, Isa::broadcast(0), Isa::broadcast(1), step);
    reciprocal = Isa::div(Isa::broadcast(1), scale);
    zero_point = Isa::broadcast_word(0);
  }

  explicit Quantiser(const PackedLayer& layer) {
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

}  // namespace
}  // namespace vmaf_dnn::fused
