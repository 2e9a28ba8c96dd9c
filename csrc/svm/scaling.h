// SPDX-License-Identifier: BSD-3-Clause
// The linear maps before and after a regression: of each feature, and of the score.
#pragma once

#include <cstddef>
#include <vector>

#include "base/json/value.h"

namespace vmaf_dnn::svm {

struct Scaling {
  std::vector<double> slopes, intercepts;  // n + 1 each: the score's first, then those of n features

  double scale(size_t feature, double value) const {
    return slopes[feature + 1] * value + intercepts[feature + 1];
  }
  // As it was, to within rounding.
  double unscale(size_t feature, double scaled) const {
    return (scaled - intercepts[feature + 1]) / slopes[feature + 1];
  }
  double unscale_score(double output) const { return (output - intercepts[0]) / slopes[0]; }
};

// Of a model_dict; with a norm_type of "none" it changes nothing. Throws Malformed.
Scaling parse_scaling(const Json& model, size_t n_features);

}  // namespace vmaf_dnn::svm
