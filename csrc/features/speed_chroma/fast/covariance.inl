// SPDX-License-Identifier: BSD-3-Clause
// Lanes are the 25 windows, or pairs of them: each sum takes the places of its window in their order.
#pragma once

#include "features/speed_chroma/constants.h"
#include "features/speed_chroma/fast/kernels.h"

namespace vmaf_dnn::features {
namespace {

template <typename Isa>
void means_of_windows(const float* image, int stride, int width, int height, float* means) {
  typename Isa::F sums[kPatchSide];
  for (auto& sum : sums) sum = Isa::set_float(0);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (int r = 0; r < kPatchSide; ++r) sums[r] = sums[r] + Isa::load_floats(image + (y + r) * stride + x);
  for (int r = 0; r < kPatchSide; ++r) {
    float lanes[Isa::kLanes];
    Isa::store(lanes, sums[r]);
    for (int c = 0; c < kPatchSide; ++c)
      means[r * kPatchSide + c] = lanes[c] / static_cast<float>(width * height);
  }
}

// The patches at the places of one row, each less the means.
template <typename Isa>
void centre_patches(const float* row, int stride, int width, const double* means, double* patches) {
  typename Isa::D mean[kPatchSide][8 / Isa::kDoubles];
  for (int r = 0; r < kPatchSide; ++r)
    for (int i = 0; i < 8 / Isa::kDoubles; ++i)
      mean[r][i] = Isa::load_doubles(means + r * kPatchSide + i * Isa::kDoubles);
  for (int x = 0; x < width; ++x)
    for (int r = 0; r < kPatchSide; ++r)  // each overwrites what the one before wrote too much
      for (int i = 0; i < 8 / Isa::kDoubles; ++i) {
        const int c = i * Isa::kDoubles;
        Isa::store(patches + x * kSpeedStride + r * kPatchSide + c,
                   Isa::load_doubles(row + r * stride + x + c) - mean[r][i]);
      }
}

// Adds the products of some rows of the matrix with some vectors of its columns.
template <typename Isa, int n_rows, int n_vectors>
void add_products(const double* patches, int n, int row, int column, double* matrix) {
  typename Isa::D sums[n_rows][n_vectors];
  for (int a = 0; a < n_rows; ++a)
    for (int b = 0; b < n_vectors; ++b)
      sums[a][b] = Isa::load_doubles(matrix + (row + a) * kSpeedStride + column + b * Isa::kDoubles);
  for (int x = 0; x < n; ++x) {
    const double* const patch = patches + x * kSpeedStride;
    typename Isa::D right[n_vectors];
    for (int b = 0; b < n_vectors; ++b) right[b] = Isa::load_doubles(patch + column + b * Isa::kDoubles);
    for (int a = 0; a < n_rows; ++a) {
      const auto left = Isa::set_double(patch[row + a]);
      for (int b = 0; b < n_vectors; ++b) sums[a][b] = sums[a][b] + left * right[b];
    }
  }
  for (int a = 0; a < n_rows; ++a)
    for (int b = 0; b < n_vectors; ++b)
      Isa::store(matrix + (row + a) * kSpeedStride + column + b * Isa::kDoubles, sums[a][b]);
}

// The lower triangle, in tiles whose sums fit into registers.
template <typename Isa>
void add_triangle(const double* patches, int n, double* matrix) {
  constexpr int kRows = 4, kVectors = 2;
  for (int row = 0; row + kRows <= kPatchSize; row += kRows) {
    int left = (row + kRows - 1) / Isa::kDoubles + 1, column = 0;
    for (; left >= kVectors; left -= kVectors, column += kVectors * Isa::kDoubles)
      add_products<Isa, kRows, kVectors>(patches, n, row, column, matrix);
    if (left == 1) add_products<Isa, kRows, 1>(patches, n, row, column, matrix);
  }
  static_assert(kPatchSize % kRows == 1);
  add_products<Isa, 1, (kPatchSize - 1) / Isa::kDoubles + 1>(patches, n, kPatchSize - 1, 0, matrix);
}

template <typename Isa>
void covariance_of_windows(const float* image, int stride, int width, int height, float* matrix) {
  // Rows are cut so that their patches stay in the first cache.
  constexpr int kPlaces = 64;
  float means[kPatchSize];
  means_of_windows<Isa>(image, stride, width, height, means);
  alignas(64) double wide_means[kSpeedStride] = {}, sums[kPatchSize * kSpeedStride] = {};
  for (int a = 0; a < kPatchSize; ++a) wide_means[a] = static_cast<double>(means[a]);
  alignas(64) double patches[kPlaces * kSpeedStride] = {};
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; x += kPlaces) {
      const int n = width - x < kPlaces ? width - x : kPlaces;
      centre_patches<Isa>(image + y * stride + x, stride, n, wide_means, patches);
      add_triangle<Isa>(patches, n, sums);
    }
  for (int a = 0; a < kPatchSize; ++a)
    for (int b = 0; b <= a; ++b)
      matrix[a * kSpeedStride + b] = matrix[b * kSpeedStride + a] =
          static_cast<float>(sums[a * kSpeedStride + b] / (width * height));
}

}  // namespace
}  // namespace vmaf_dnn::features
