// SPDX-License-Identifier: BSD-3-Clause
#include "features/speed_chroma/covariance.h"

namespace vmaf_dnn::features {
namespace {

constexpr size_t kSize = kPatchSize;

int row_of(size_t i) { return static_cast<int>(i) / kPatchSide; }
int column_of(size_t i) { return static_cast<int>(i) % kPatchSide; }

}  // namespace

PatchVector patch_means(const Image<float>& image, const SpeedChromaPlan& plan) {
  PatchVector means{};
  for (size_t a = 0; a < kSize; ++a) {
    for (int y = 0; y < plan.window_height(); ++y)
      for (int x = 0; x < plan.window_width(); ++x) means[a] += image[y + row_of(a)][x + column_of(a)];
    means[a] /= static_cast<float>(plan.window_width() * plan.window_height());
  }
  return means;
}

PatchMatrix covariance(const Image<float>& image, const SpeedChromaPlan& plan) {
  const PatchVector means = patch_means(image, plan);
  const double n = plan.window_width() * plan.window_height();
  PatchMatrix matrix;
  for (size_t a = 0; a < kSize; ++a)
    for (size_t b = 0; b <= a; ++b) {
      const double mean_a = means[a], mean_b = means[b];
      double sum = 0;
      for (int y = 0; y < plan.window_height(); ++y)
        for (int x = 0; x < plan.window_width(); ++x)
          sum += (image[y + row_of(a)][x + column_of(a)] - mean_a) *
                 (image[y + row_of(b)][x + column_of(b)] - mean_b);
      matrix[a][b] = matrix[b][a] = static_cast<float>(sum / n);
    }
  return matrix;
}

}  // namespace vmaf_dnn::features
