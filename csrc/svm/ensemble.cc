// SPDX-License-Identifier: BSD-3-Clause
#include "svm/ensemble.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace vmaf_dnn::svm {
namespace {

constexpr double kNear = 0.01;  // VMAF points, over which the slope of transform and clip is taken
constexpr double kLowPercent = 2.5, kHighPercent = 97.5;

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

double population_deviation(const std::vector<double>& values, double mean) {
  double sum = 0;
  for (const double value : values) sum += (value - mean) * (value - mean);
  return std::sqrt(sum / static_cast<double>(values.size()));
}

// Linear between the two nearest.
double percentile(const std::vector<double>& sorted, double percent) {
  const double position = percent * static_cast<double>(sorted.size() - 1) / 100;
  const auto below = static_cast<size_t>(position);
  const size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (position - static_cast<double>(below));
}

}  // namespace

EnsembleScore ensemble_score(std::vector<double>& raw_scores, const Regression& first) {
  const auto finished = [&](double raw) { return first.clipped(first.transformed(raw)); };
  const double mean = mean_of(raw_scores);
  const double deviation = population_deviation(raw_scores, mean);
  const double slope = (finished(mean + kNear) - finished(mean - kNear)) / (2 * kNear);
  std::sort(raw_scores.begin(), raw_scores.end());
  return {finished(mean), deviation * slope, finished(percentile(raw_scores, kLowPercent)),
          finished(percentile(raw_scores, kHighPercent))};
}

}  // namespace vmaf_dnn::svm
