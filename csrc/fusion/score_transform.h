// SPDX-License-Identifier: BSD-3-Clause
// The curve that a model may lay over its scores: a polynomial, then line segments, then a bound.
#pragma once

#include <array>
#include <vector>

namespace vmaf_dnn {

struct ScoreTransform {
  std::vector<double> coefficients;          // by rising power; empty: no polynomial
  std::vector<std::array<double, 2>> knots;  // (x, y), x rising; empty: no segments, else at least two
  bool never_raises = false;
  bool never_lowers = false;

  double apply(double score) const;  // not clipped
};

}  // namespace vmaf_dnn
