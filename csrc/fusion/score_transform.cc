// SPDX-License-Identifier: BSD-3-Clause
#include "fusion/score_transform.h"

#include <algorithm>
#include <cstddef>

namespace vmaf_dnn {
namespace {

// From the left, each term as coefficient * score * score: libvmaf's order, which its bits depend on.
double polynomial(const std::vector<double>& coefficients, double score) {
  double sum = 0;
  for (size_t power = 0; power < coefficients.size(); ++power) {
    double term = coefficients[power];
    for (size_t i = 0; i < power; ++i) term *= score;
    sum += term;
  }
  return sum;
}

// The first and the last segment go on for ever.
double on_segments(const std::vector<std::array<double, 2>>& knots, double score) {
  size_t segment = 0;
  while (segment + 2 < knots.size() && score >= knots[segment + 1][0]) ++segment;
  const auto& [x0, y0] = knots[segment];
  const auto& [x1, y1] = knots[segment + 1];
  return y0 + (y1 - y0) / (x1 - x0) * (score - x0);
}

}  // namespace

double ScoreTransform::apply(double score) const {
  double curved = coefficients.empty() ? score : polynomial(coefficients, score);
  if (!knots.empty()) curved = on_segments(knots, curved);
  if (never_raises) curved = std::min(curved, score);
  if (never_lowers) curved = std::max(curved, score);
  return curved;
}

}  // namespace vmaf_dnn
