// SPDX-License-Identifier: BSD-3-Clause
// Lanes are blocks.
#pragma once

#include "features/speed_chroma/constants.h"
#include "features/speed_chroma/fast/kernels.h"

namespace vmaf_dnn::features {
namespace {

// Of n vectors of blocks, whose chains of subtractions run beside each other.
template <typename Isa, int n>
void quadratic_forms_at(const float* p, const float* r, const float* blocks, int stride, float* forms) {
  using F = typename Isa::F;
  F x[kPatchSize][n];
  for (int i = kPatchSize - 1; i >= 0; --i) {
    F sums[n];
    for (int b = 0; b < n; ++b)
      sums[b] = Isa::set_float(p[i * kSpeedStride]) * Isa::load_floats(blocks + b * Isa::kLanes);
    for (int t = 1; t < kPatchSize; ++t) {
      const F factor = Isa::set_float(p[i * kSpeedStride + t]);
      for (int b = 0; b < n; ++b)
        sums[b] = sums[b] + factor * Isa::load_floats(blocks + t * stride + b * Isa::kLanes);
    }
    for (int t = i + 1; t < kPatchSize; ++t) {
      const F factor = Isa::set_float(r[i * kSpeedStride + t]);
      for (int b = 0; b < n; ++b) sums[b] = sums[b] - x[t][b] * factor;
    }
    for (int b = 0; b < n; ++b) x[i][b] = sums[b] / Isa::set_float(r[i * kSpeedStride + i]);
  }
  for (int b = 0; b < n; ++b) {
    const auto share = [&](int i) {
      return x[i][b] * Isa::load_floats(blocks + i * stride + b * Isa::kLanes) / Isa::set_float(kPatchSize);
    };
    F form = share(0);
    for (int i = 1; i < kPatchSize; ++i) form = form + share(i);
    Isa::store(forms + b * Isa::kLanes, form);
  }
}

template <typename Isa>
void quadratic_forms_of(const float* p, const float* r, const float* blocks, int stride, int n_blocks,
                        float* forms) {
  constexpr int kUnrolled = 3;
  int block = 0;
  for (; block + (kUnrolled - 1) * Isa::kLanes < n_blocks; block += kUnrolled * Isa::kLanes)
    quadratic_forms_at<Isa, kUnrolled>(p, r, blocks + block, stride, forms + block);
  for (; block < n_blocks; block += Isa::kLanes)
    quadratic_forms_at<Isa, 1>(p, r, blocks + block, stride, forms + block);
}

}  // namespace
}  // namespace vmaf_dnn::features
