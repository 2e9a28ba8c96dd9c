// SPDX-License-Identifier: BSD-3-Clause
// Householder's reflections. Lanes are rows, which are columns too: the matrix is symmetric to the last bit.
#pragma once

#include "features/speed_chroma/constants.h"
#include "features/speed_chroma/fast/kernels.h"

namespace vmaf_dnn::features {
namespace {

inline float hypotenuse_of(float a, float b) { return __builtin_sqrtf(a * a + b * b); }

// Takes the reflection v from the rows and columns from s on.
template <typename Isa>
void reflect(float* a, int s, const float* v, float tau) {
  constexpr int kVectors = kSpeedStride / Isa::kLanes;
  using F = typename Isa::F;
  const int first = s / Isa::kLanes;
  F x[kVectors];
  for (int i = first; i < kVectors; ++i) x[i] = Isa::set_float(0);
  for (int j = s; j < kPatchSize; ++j) {
    const F factor = Isa::set_float(v[j]);
    for (int i = first; i < kVectors; ++i)
      x[i] = x[i] + (Isa::set_float(tau) * Isa::load_floats(a + j * kSpeedStride + i * Isa::kLanes)) * factor;
  }
  float lanes[kSpeedStride];
  for (int i = first; i < kVectors; ++i) Isa::store(lanes + i * Isa::kLanes, x[i]);
  float along = 0;
  for (int r = s; r < kPatchSize; ++r) along += lanes[r] * v[r];
  const float share = static_cast<float>(-0.5 * static_cast<double>(tau) * static_cast<double>(along));
  for (int i = first; i < kVectors; ++i) {
    x[i] = x[i] + Isa::set_float(share) * Isa::load_floats(v + i * Isa::kLanes);
    Isa::store(lanes + i * Isa::kLanes, x[i]);
  }
  for (int j = s; j < kPatchSize; ++j) {
    const F v_j = Isa::set_float(v[j]), x_j = Isa::set_float(lanes[j]);
    for (int i = first; i < kVectors; ++i) {
      float* const place = a + j * kSpeedStride + i * Isa::kLanes;
      Isa::store(place, Isa::load_floats(place) - (x[i] * v_j + Isa::load_floats(v + i * Isa::kLanes) * x_j));
    }
  }
}

template <typename Isa>
void tridiagonalise_rows(float* a, float* diagonal, float* beside) {
  for (int i = 0; i + 2 < kPatchSize; ++i) {
    const int s = i + 1;
    const float* const row = a + i * kSpeedStride;
    float squares = 0;
    for (int r = s + 1; r < kPatchSize; ++r) squares += row[r] * row[r];
    const float length = __builtin_sqrtf(squares), alpha = row[s];
    beside[i] = alpha;
    if (length == 0) continue;
    const float both = hypotenuse_of(alpha, length);
    const float beta = alpha >= 0 ? -both : both;
    beside[i] = beta;
    float v[kSpeedStride] = {};
    v[s] = 1;
    for (int r = s + 1; r < kPatchSize; ++r) v[r] = row[r] / (alpha - beta);
    reflect<Isa>(a, s, v, (beta - alpha) / beta);
  }
  for (int i = 0; i < kPatchSize; ++i) diagonal[i] = a[i * kSpeedStride + i];
  beside[kPatchSize - 2] = a[(kPatchSize - 1) * kSpeedStride + kPatchSize - 2];
}

}  // namespace
}  // namespace vmaf_dnn::features
