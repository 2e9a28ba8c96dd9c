// SPDX-License-Identifier: BSD-3-Clause
#include "features/speed_chroma/decimate.h"

#include <vector>

#include "features/arithmetic.h"

namespace vmaf_dnn::features {
namespace {

// The separable filter at every step-th place, columns first.
Image<float> filter(const Image<float>& image, const std::vector<float>& taps, int step) {
  const int n_taps = static_cast<int>(taps.size()), radius = n_taps / 2;
  Image<float> filtered(image.width() / step, image.height() / step);
  std::vector<float> line(static_cast<size_t>(image.width()));
  for (int y = 0; y < filtered.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) {
      float sum = 0;
      for (int k = 0; k < n_taps; ++k)
        sum += taps[static_cast<size_t>(k)] * image[mirror(step * y - radius + k, image.height())][x];
      line[static_cast<size_t>(x)] = sum;
    }
    for (int x = 0; x < filtered.width(); ++x) {
      float sum = 0;
      for (int k = 0; k < n_taps; ++k)
        sum += taps[static_cast<size_t>(k)] *
               line[static_cast<size_t>(mirror(step * x - radius + k, image.width()))];
      filtered[y][x] = sum;
    }
  }
  return filtered;
}

}  // namespace

Image<float> decimate(const Image<float>& plane, const SpeedChromaPlan& plan) {
  return filter(plane, plan.decimation_taps, kSpeedDecimation);
}

Image<float> subtract_local_mean(const Image<float>& image, const SpeedChromaPlan& plan) {
  const Image<float> mean = filter(image, plan.mean_taps, 1);
  Image<float> difference(image.width(), image.height());
  for (int y = 0; y < image.height(); ++y)
    for (int x = 0; x < image.width(); ++x) difference[y][x] = image[y][x] - mean[y][x];
  return difference;
}

}  // namespace vmaf_dnn::features
