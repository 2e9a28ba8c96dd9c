// SPDX-License-Identifier: BSD-3-Clause
// What is done to a value by itself: the scaler's steps, and the activations.
#pragma once

#include "engine/fused_mlp/kernels/kernel.h"

namespace vmaf_dnn::fused {
namespace {

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

}  // namespace
}  // namespace vmaf_dnn::fused
