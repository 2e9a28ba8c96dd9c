// SPDX-License-Identifier: BSD-3-Clause
#include "features/cambi/picture.h"

#include <algorithm>

#include "features/arithmetic.h"

namespace vmaf_dnn::features {
namespace {

constexpr int kMaskRadius = 3;

Luma resize(const Luma& luma, const CambiPlan& plan) {
  if (plan.columns.empty()) return luma;
  Luma resized(plan.width, plan.height);
  for (int y = 0; y < plan.height; ++y)
    for (int x = 0; x < plan.width; ++x)
      resized[y][x] = luma[plan.rows[static_cast<size_t>(y)]][plan.columns[static_cast<size_t>(x)]];
  return resized;
}

int to_10_bits(int sample, int bit_depth) {
  return bit_depth <= 10 ? sample << (10 - bit_depth) : round_shift(sample, bit_depth - 10);
}

Luma average(const Luma& picture) {
  Luma averaged(picture.width(), picture.height());
  for (int y = 0; y < picture.height(); ++y) {
    const int below = std::min(y + 1, picture.height() - 1);
    for (int x = 0; x < picture.width(); ++x) {
      const int right = std::min(x + 1, picture.width() - 1);
      const int sum = picture[y][x] + picture[y][right] + picture[below][x] + picture[below][right];
      averaged[y][x] = static_cast<uint16_t>(sum >> 2);
    }
  }
  return averaged;
}

// The sample that there are two of, or else the least.
uint16_t mode(uint16_t a, uint16_t b, uint16_t c) {
  if (a == b || a == c) return a;
  return b == c ? b : std::min({a, b, c});
}

}  // namespace

Luma to_cambi_picture(const Plane& plane, const Format& format, const CambiPlan& plan) {
  Luma picture = resize(to_luma(plane, format), plan);
  for (int y = 0; y < plan.height; ++y)
    for (int x = 0; x < plan.width; ++x)
      picture[y][x] = static_cast<uint16_t>(to_10_bits(picture[y][x], format.bit_depth));
  return plan.anti_dithered ? average(picture) : picture;
}

Image<uint8_t> flat_mask(const Luma& picture, int threshold) {
  const int width = picture.width(), height = picture.height();
  Image<uint8_t> is_level(width, height), mask(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      is_level[y][x] = (x == width - 1 || picture[y][x] == picture[y][x + 1]) &&
                       (y == height - 1 || picture[y][x] == picture[y + 1][x]);
  Image<uint8_t> in_column(width, height);
  for (int y = 0; y < height; ++y) {
    const int first = std::max(y - kMaskRadius, 0), last = std::min(y + kMaskRadius, height - 1);
    for (int i = first; i <= last; ++i)
      for (int x = 0; x < width; ++x)
        in_column[y][x] = static_cast<uint8_t>(in_column[y][x] + is_level[i][x]);
  }
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      int n_level = 0;
      for (int i = std::max(x - kMaskRadius, 0); i <= std::min(x + kMaskRadius, width - 1); ++i)
        n_level += in_column[y][i];
      mask[y][x] = n_level > threshold;
    }
  return mask;
}

Luma filter_modes(const Luma& picture) {
  const int width = picture.width(), height = picture.height();
  Luma rows = picture, filtered = picture;
  for (int y = 0; y < height; ++y)
    for (int x = 1; x < width - 1; ++x)
      rows[y][x] = mode(picture[y][x - 1], picture[y][x], picture[y][x + 1]);
  for (int y = 1; y < height - 1; ++y)
    for (int x = 0; x < width; ++x) filtered[y][x] = mode(rows[y - 1][x], rows[y][x], rows[y + 1][x]);
  return filtered;
}

}  // namespace vmaf_dnn::features
