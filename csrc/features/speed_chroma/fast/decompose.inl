// SPDX-License-Identifier: BSD-3-Clause
// QR decomposition by reflections. Lanes are columns; rows and columns that a step leaves alone are left out.
#pragma once

#include "features/speed_chroma/constants.h"
#include "features/speed_chroma/fast/kernels.h"

namespace vmaf_dnn::features {
namespace {

// n_rows rows of a product from vector `first` on; inner indices from k on.
template <typename Isa, int n_rows, int n_vectors>
void multiply_tile(const float* left, const float* right, int k, int column, float* product) {
  using F = typename Isa::F;
  F sums[n_rows][n_vectors];
  for (int a = 0; a < n_rows; ++a)
    for (int b = 0; b < n_vectors; ++b)
      sums[a][b] = Isa::set_float(left[a * kSpeedStride + k]) *
                   Isa::load_floats(right + k * kSpeedStride + column + b * Isa::kLanes);
  for (int t = k + 1; t < kPatchSize; ++t)
    for (int a = 0; a < n_rows; ++a) {
      const F factor = Isa::set_float(left[a * kSpeedStride + t]);
      for (int b = 0; b < n_vectors; ++b)
        sums[a][b] =
            sums[a][b] + factor * Isa::load_floats(right + t * kSpeedStride + column + b * Isa::kLanes);
    }
  for (int a = 0; a < n_rows; ++a)
    for (int b = 0; b < n_vectors; ++b)
      Isa::store(product + a * kSpeedStride + column + b * Isa::kLanes, sums[a][b]);
}

// Rows first_row to 24 and columns first_column to 24 of left * right, with inner indices from k on.
template <typename Isa>
void multiply_from(const float* left, const float* right, int k, int first_row, int first_column,
                   float* product) {
  constexpr int kRows = 4;
  const auto multiply_rows = [&](int row, int column, auto tile, auto single) {
    for (; row + kRows <= kPatchSize; row += kRows)
      tile(left + row * kSpeedStride, right, k, column, product + row * kSpeedStride);
    for (; row < kPatchSize; ++row)
      single(left + row * kSpeedStride, right, k, column, product + row * kSpeedStride);
  };
  int column = first_column / Isa::kLanes * Isa::kLanes;
  for (; column + 2 * Isa::kLanes <= kSpeedStride; column += 2 * Isa::kLanes)
    multiply_rows(first_row, column, multiply_tile<Isa, kRows, 2>, multiply_tile<Isa, 1, 2>);
  if (column < kSpeedStride)
    multiply_rows(first_row, column, multiply_tile<Isa, kRows, 1>, multiply_tile<Isa, 1, 1>);
}

inline float length_of(const float* v, int first) {
  float squares = 0;
  for (int i = first; i < kPatchSize; ++i) squares += v[i] * v[i];
  return __builtin_sqrtf(squares);
}

// The reflection that clears column k of z, on the rows and columns from k on.
template <typename Isa>
void make_reflection(const float* z, int k, bool is_negative, float* m) {
  float v[kSpeedStride] = {};
  for (int i = k; i < kPatchSize; ++i) v[i] = z[i * kSpeedStride + k];
  const float length = length_of(v, k);
  v[k] += is_negative ? -length : length;
  const float axis_length = length_of(v, k);
  for (int i = k; i < kPatchSize; ++i) v[i] /= axis_length;
  for (int i = k; i < kPatchSize; ++i) {
    const auto factor = Isa::set_float(-2 * v[i]);
    for (int j = k / Isa::kLanes * Isa::kLanes; j < kSpeedStride; j += Isa::kLanes)
      Isa::store(m + i * kSpeedStride + j, factor * Isa::load_floats(v + j));
    m[i * kSpeedStride + i] += 1;
  }
}

template <typename Isa>
void decompose_rows(const float* matrix, float* p, float* r) {
  constexpr int kSize = kPatchSize * kSpeedStride;
  alignas(64) float m[kSize], z_buffers[2][kSize], p_buffers[2][kSize];
  const float* z = matrix;
  for (int k = 0; k + 1 < kPatchSize; ++k) {
    make_reflection<Isa>(z, k, matrix[k * kSpeedStride + k] < 0, m);
    float* const next_z = z_buffers[k % 2];
    multiply_from<Isa>(m, z, k, k + 1, k + 1, next_z);
    z = next_z;
    // The first is the identity times m. Row k is never changed again.
    float* const next_p = p_buffers[k % 2];
    if (k == 0)
      __builtin_memcpy(next_p, m, sizeof m);
    else
      multiply_from<Isa>(m, p_buffers[(k + 1) % 2], k, k, 0, next_p);
    __builtin_memcpy(p + k * kSpeedStride, next_p + k * kSpeedStride, kSpeedStride * sizeof(float));
  }
  constexpr int kLast = kPatchSize - 1;
  __builtin_memcpy(p + kLast * kSpeedStride, p_buffers[(kLast - 1) % 2] + kLast * kSpeedStride,
                   kSpeedStride * sizeof(float));
  multiply_from<Isa>(p, matrix, 0, 0, 0, r);
}

}  // namespace
}  // namespace vmaf_dnn::features
