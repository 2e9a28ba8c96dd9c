// SPDX-License-Identifier: BSD-3-Clause
#include "features/cambi/fast/largest.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <vector>

namespace vmaf_dnn::features {
namespace {

// No divisor of the widths of blocks and pictures.
constexpr size_t kSampleStep = 61;
// Fewer are cheaper to sort out than to sample.
constexpr size_t kLeastSampled = 4096;

struct Range {
  float low, high;  // both within
};

constexpr Range kAll = {std::numeric_limits<float>::min(), std::numeric_limits<float>::max()};

// Where the k-th largest lies, almost certainly.
Range estimate(const float* values, size_t n, size_t k) {
  if (n < kLeastSampled) return kAll;
  std::vector<float> sample;
  for (size_t i = 0; i < n; i += kSampleStep) sample.push_back(values[i]);
  const auto size = static_cast<double>(sample.size());
  const double rank = static_cast<double>(k) / static_cast<double>(n) * size;
  const double margin = 2 * std::sqrt(size);  // four standard deviations at most
  Range range = kAll;
  auto end = sample.end();
  if (rank + margin < size) {
    end = sample.begin() + static_cast<ptrdiff_t>(rank + margin);
    std::nth_element(sample.begin(), end, sample.end(), std::greater<>());
    range.low = std::max(*end, kAll.low);
  }
  if (rank - margin >= 0 && rank - margin < static_cast<double>(end - sample.begin())) {
    const auto first = sample.begin() + static_cast<ptrdiff_t>(rank - margin);
    std::nth_element(sample.begin(), first, end, std::greater<>());
    range.high = std::max(*first, kAll.low);
  }
  return range;
}

std::vector<float> values_within(const float* values, size_t n, const Range& range) {
  std::vector<float> within;
  for (size_t i = 0; i < n; ++i)
    if (range.low <= values[i] && values[i] <= range.high) within.push_back(values[i]);
  return within;
}

}  // namespace

double sum_of_largest(const CambiKernels& kernels, const float* values, size_t n, size_t k) {
  const CambiSum all = kernels.sum_above(values, n, 0);
  if (all.n <= k) return all.total;
  const Range range = estimate(values, n, k);
  CambiSum above = kernels.sum_above(values, n, range.high);
  std::vector<float> within = values_within(values, n, range);
  if (above.n >= k || above.n + within.size() < k) {  // it was not there
    above = {0, 0};
    within = values_within(values, n, kAll);
  }
  const auto last = within.begin() + static_cast<ptrdiff_t>(k - above.n - 1);
  std::nth_element(within.begin(), last, within.end(), std::greater<>());
  double sum = above.total;
  for (auto value = within.begin(); value <= last; ++value) sum += static_cast<double>(*value);
  return sum;
}

}  // namespace vmaf_dnn::features
