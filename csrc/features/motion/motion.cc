// SPDX-License-Identifier: BSD-3-Clause
#include "features/motion/motion.h"

#include <algorithm>
#include <cstdlib>

#include "features/arithmetic.h"
#include "features/motion/filter.h"

namespace vmaf_dnn::features {
namespace {

using Mirror = int (*)(int i, int n);

Image<int32_t> blur(const Image<int32_t>& image, int bit_depth, Mirror mirror_at) {
  const int width = image.width(), height = image.height();
  Image<int32_t> vertical(width, height), blurred(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      int64_t sum = 0;
      for (int k = -kMotionRadius; k <= kMotionRadius; ++k)
        sum += int64_t{kMotionTaps[k + kMotionRadius]} * image[mirror_at(y + k, height)][x];
      vertical[y][x] = static_cast<int32_t>(round_shift(sum, bit_depth));
    }
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      int64_t sum = 0;
      for (int k = -kMotionRadius; k <= kMotionRadius; ++k)
        sum += int64_t{kMotionTaps[k + kMotionRadius]} * vertical[y][mirror_at(x + k, width)];
      blurred[y][x] = static_cast<int32_t>(round_shift(sum, 16));
    }
  return blurred;
}

Image<int32_t> widen(const Luma& luma) {
  Image<int32_t> wide(luma.width(), luma.height());
  for (int y = 0; y < luma.height(); ++y) std::copy_n(luma[y], luma.width(), wide[y]);
  return wide;
}

Image<int32_t> subtract(const Image<int32_t>& a, const Image<int32_t>& b) {
  Image<int32_t> difference(a.width(), a.height());
  for (int y = 0; y < a.height(); ++y)
    for (int x = 0; x < a.width(); ++x) difference[y][x] = a[y][x] - b[y][x];
  return difference;
}

int64_t sum_of_magnitudes(const Image<int32_t>& image) {
  int64_t sum = 0;
  for (int y = 0; y < image.height(); ++y)
    for (int x = 0; x < image.width(); ++x) sum += std::abs(image[y][x]);
  return sum;
}

}  // namespace

double motion_score(int64_t sum, int width, int height) {
  const double n_samples = static_cast<double>(width) * height;
  return static_cast<double>(sum) / 256.0 / n_samples;
}

double motion_score(const Luma& previous, const Luma& current, int bit_depth, MotionRule rule) {
  const auto before = widen(previous), now = widen(current);
  if (rule == MotionRule::kLibvmaf31) {
    const auto moved =
        subtract(blur(before, bit_depth, mirror_repeating_last), blur(now, bit_depth, mirror_repeating_last));
    const double n_samples = static_cast<double>(current.width()) * current.height();
    const double sum = static_cast<double>(sum_of_magnitudes(moved));
    return static_cast<float>(sum / 256.0) / static_cast<float>(n_samples);
  }
  const auto moved = blur(subtract(before, now), bit_depth, mirror);
  return motion_score(sum_of_magnitudes(moved), current.width(), current.height());
}

}  // namespace vmaf_dnn::features
