// SPDX-License-Identifier: BSD-3-Clause
// From contrast values to a score.
#pragma once

#include <cstddef>
#include <vector>

#include "features/cambi/plan.h"

namespace vmaf_dnn::features {

// How many of n_samples count.
size_t n_pooled(size_t n_samples, double topk);

// Of the `n_largest` largest, added up in libvmaf's order. That order shows only in sums of 2^29 and more:
// contrast values are multiples of 2^-24.
double mean_of_largest(std::vector<float> values, size_t n_largest);

// The sum of the scales' means, by their weights, from the first scale on.
class CambiScore {
 public:
  explicit CambiScore(const CambiPlan& plan) : plan_(plan) {}

  void add(double mean);
  // So far; it never falls.
  double value() const;
  bool has_reached_maximum() const { return value() >= plan_.max_val; }

 private:
  const CambiPlan& plan_;
  double weight_ = 1 << (kCambiScales - 1);
  double sum_ = 0;
};

}  // namespace vmaf_dnn::features
