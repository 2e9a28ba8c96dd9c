// SPDX-License-Identifier: BSD-3-Clause
#include "features/speed_chroma/prescale.h"

#include <cmath>
#include <cstdint>
#include <vector>

#include "features/arithmetic.h"

namespace vmaf_dnn::features {
namespace {

float ratio(int n, int n_scaled) { return static_cast<float>(n) / static_cast<float>(n_scaled); }

float position(int i, int n, int n_scaled) {
  return static_cast<float>((i + 0.5) * static_cast<double>(ratio(n, n_scaled)) - 0.5);
}

int nearest(int i, int n, int n_scaled) {
  return static_cast<int>(static_cast<float>(i) * ratio(n, n_scaled));
}

float bilinear(const Image<float>& plane, const Neighbours& column, const Neighbours& row) {
  const float x = column.share, y = row.share;
  return ((1 - y) * (1 - x)) * plane[row.first][column.first] +
         ((1 - y) * x) * plane[row.first][column.second] + (y * (1 - x)) * plane[row.second][column.first] +
         (y * x) * plane[row.second][column.second];
}

float cubic_weight(float distance) {
  constexpr float a = -0.75F;
  const float t = std::abs(distance);
  if (t < 1) return ((a + 2) * t - (a + 3)) * t * t + 1;
  return t < 2 ? (((t - 5) * t + 8) * t - 4) * a : 0;
}

float lanczos_weight(float distance) {
  const double t = distance;
  if (t == 0) return 1;
  if (std::abs(t) >= 4) return 0;
  return static_cast<float>(4 * std::sin(M_PI * t) * std::sin(M_PI * t / 4) / (M_PI * M_PI * t * t));
}

// The samples that a kernel reads along one axis, and what each counts.
struct Kernel {
  int first;
  std::vector<float> weights;
};

// From `first` to `last` around the place.
Kernel kernel(int i, int n, int n_scaled, int first, int last, float (*weight)(float distance)) {
  const float at = position(i, n, n_scaled), before = std::floor(at);
  Kernel result = {static_cast<int>(before) + first, {}};
  for (int k = first; k <= last; ++k) result.weights.push_back(weight(static_cast<float>(k) - (at - before)));
  return result;
}

struct Weighted {
  float sum, weights;
};

Weighted weigh(const Image<float>& plane, const Kernel& columns, const Kernel& rows) {
  Weighted result = {0, 0};
  for (size_t i = 0; i < rows.weights.size(); ++i) {
    const float* const row = plane[mirror(rows.first + static_cast<int>(i), plane.height())];
    for (size_t j = 0; j < columns.weights.size(); ++j) {
      const float weight = columns.weights[j] * rows.weights[i];
      result.sum += row[mirror(columns.first + static_cast<int>(j), plane.width())] * weight;
      result.weights += weight;
    }
  }
  return result;
}

template <typename Sample>
void centre_row(const Plane& plane, int y, int n, float scale, float* centred) {
  const void* const row = plane.row(y);
  for (int x = 0; x < n; ++x) centred[x] = static_cast<const Sample*>(row)[x] * scale - 128;
}

}  // namespace

Neighbours bilinear_neighbours(int i, int n, int n_scaled) {
  const float at = position(i, n, n_scaled);
  const int first = mirror(static_cast<int>(std::floor(at)), n);
  const int second = mirror(static_cast<int>(std::ceil(at)), n);
  return {first, second, at - static_cast<float>(first)};
}

Image<float> centre(const Plane& plane, const Format& format) {
  Image<float> centred(format.width, format.height);
  const float scale = 1 / static_cast<float>(1 << (format.bit_depth - 8));
  for (int y = 0; y < format.height; ++y)
    if (format.bit_depth == 8)
      centre_row<uint8_t>(plane, y, format.width, scale, centred[y]);
    else
      centre_row<uint16_t>(plane, y, format.width, scale, centred[y]);
  return centred;
}

float prescaled_sample(const Image<float>& plane, const SpeedChromaPlan& plan, int x, int y) {
  const int width = plane.width(), height = plane.height();
  const auto weighted = [&](int first, int last, float (*weight)(float)) {
    return weigh(plane, kernel(x, width, plan.scaled_width, first, last, weight),
                 kernel(y, height, plan.scaled_height, first, last, weight));
  };
  switch (plan.prescale_method) {
    case PrescaleMethod::kBilinear:
      return bilinear(plane, bilinear_neighbours(x, width, plan.scaled_width),
                      bilinear_neighbours(y, height, plan.scaled_height));
    case PrescaleMethod::kBicubic:
      return weighted(-1, 2, cubic_weight).sum;
    case PrescaleMethod::kLanczos4: {
      const Weighted found = weighted(-4, 4, lanczos_weight);
      return found.sum / found.weights;
    }
    default:
      return plane[nearest(y, height, plan.scaled_height)][nearest(x, width, plan.scaled_width)];
  }
}

Image<float> prescale(const Image<float>& plane, const SpeedChromaPlan& plan) {
  Image<float> scaled(plan.scaled_width, plan.scaled_height);
  for (int y = 0; y < plan.scaled_height; ++y)
    for (int x = 0; x < plan.scaled_width; ++x) scaled[y][x] = prescaled_sample(plane, plan, x, y);
  return scaled;
}

}  // namespace vmaf_dnn::features
