// SPDX-License-Identifier: BSD-3-Clause
#include "features/speed_chroma/solve.h"

#include <cmath>

namespace vmaf_dnn::features {
namespace {

constexpr size_t kSize = kPatchSize;

float length_from(const PatchVector& v, size_t first) {
  float squares = 0;
  for (size_t i = first; i < kSize; ++i) squares += v[i] * v[i];
  return std::sqrt(squares);
}

// The axis of the reflection that clears column k of z below the diagonal. Its sign is that of the
// covariance's diagonal and not, as is usual, of the column at hand.
PatchVector reflection_axis(const PatchMatrix& z, size_t k, bool is_negative) {
  PatchVector v{};
  for (size_t i = k; i < kSize; ++i) v[i] = z[i][k];
  const float length = length_from(v, k);
  v[k] += is_negative ? -length : length;
  const float axis_length = length_from(v, k);
  for (size_t i = k; i < kSize; ++i) v[i] /= axis_length;
  return v;
}

// I - 2 v v', on the rows and columns from k on.
PatchMatrix reflection(const PatchVector& v, size_t k) {
  PatchMatrix m{};
  for (size_t i = k; i < kSize; ++i) {
    for (size_t j = k; j < kSize; ++j) m[i][j] = (-2 * v[i]) * v[j];
    m[i][i] += 1;
  }
  return m;
}

// The rows from k on become m times themselves.
void multiply(const PatchMatrix& m, size_t k, PatchMatrix& matrix) {
  const PatchMatrix old = matrix;
  for (size_t i = k; i < kSize; ++i)
    for (size_t j = 0; j < kSize; ++j) {
      float sum = 0;
      for (size_t t = k; t < kSize; ++t) sum += m[i][t] * old[t][j];
      matrix[i][j] = sum;
    }
}

PatchMatrix identity() {
  PatchMatrix matrix{};
  for (size_t i = 0; i < kSize; ++i) matrix[i][i] = 1;
  return matrix;
}

}  // namespace

Decomposition decompose(const PatchMatrix& covariance) {
  Decomposition result = {identity(), covariance};
  PatchMatrix z = covariance;
  for (size_t k = 0; k + 1 < kSize; ++k) {
    const PatchMatrix m = reflection(reflection_axis(z, k, covariance[k][k] < 0), k);
    multiply(m, k, z);
    multiply(m, k, result.p);
  }
  // z is R up to rounding; the definition makes it anew.
  multiply(result.p, 0, result.r);
  return result;
}

bool is_regular(const Decomposition& decomposition) {
  for (size_t i = 0; i < kSize; ++i)
    if (std::abs(decomposition.r[i][i]) < kSpeedEpsilon) return false;
  return true;
}

Image<float> gather_blocks(const Image<float>& image, const SpeedChromaPlan& plan) {
  Image<float> blocks(plan.n_blocks(), kPatchSize);
  for (int y = 0; y < plan.covered_height(); ++y)
    for (int x = 0; x < plan.covered_width(); ++x)
      blocks[y % kPatchSide * kPatchSide + x % kPatchSide]
            [y / kPatchSide * plan.blocks_across + x / kPatchSide] = image[y][x];
  return blocks;
}

std::vector<float> quadratic_forms(const Decomposition& decomposition, const Image<float>& blocks) {
  std::vector<float> forms(static_cast<size_t>(blocks.width()));
  for (int block = 0; block < blocks.width(); ++block) {
    PatchVector x;
    for (size_t i = kSize; i-- > 0;) {
      const PatchVector& p = decomposition.p[i];
      const PatchVector& r = decomposition.r[i];
      x[i] = 0;
      for (size_t t = 0; t < kSize; ++t) x[i] += p[t] * blocks[static_cast<int>(t)][block];
      for (size_t t = i + 1; t < kSize; ++t) x[i] -= x[t] * r[t];
      x[i] /= r[i];
    }
    float& form = forms[static_cast<size_t>(block)];
    for (size_t i = 0; i < kSize; ++i) form += x[i] * blocks[static_cast<int>(i)][block] / kPatchSize;
  }
  return forms;
}

}  // namespace vmaf_dnn::features
