// SPDX-License-Identifier: BSD-3-Clause
#include "features/cambi/pool.h"

#include <algorithm>
#include <utility>

namespace vmaf_dnn::features {
namespace {

// Hoare's FIND, descending: afterwards no value before index k is less than those from there on.
void partition(std::vector<float>& values, ptrdiff_t k) {
  const auto at = [&](ptrdiff_t i) -> float& { return values[static_cast<size_t>(i)]; };
  ptrdiff_t left = 0, right = static_cast<ptrdiff_t>(values.size()) - 1;
  while (left < right) {
    const float pivot = at(k);
    ptrdiff_t i = left, j = right;
    do {
      while (at(i) > pivot) ++i;
      while (at(j) < pivot) --j;
      if (i <= j) std::swap(at(i++), at(j--));
    } while (i <= j);
    if (j < k) left = i;
    if (k < i) right = j;
  }
}

}  // namespace

size_t n_pooled(size_t n_samples, double topk) {
  const auto n = static_cast<size_t>(topk * static_cast<double>(n_samples));
  return std::clamp<size_t>(n, 1, n_samples);
}

double mean_of_largest(std::vector<float> values, size_t n_largest) {
  if (n_largest < values.size()) partition(values, static_cast<ptrdiff_t>(n_largest));
  double sum = 0;
  for (size_t i = 0; i < n_largest; ++i) sum += static_cast<double>(values[i]);
  return sum / static_cast<double>(n_largest);
}

void CambiScore::add(double mean) {
  sum_ += weight_ * mean;
  weight_ /= 2;
}

double CambiScore::value() const { return std::min(sum_ / (plan_.window * plan_.window), plan_.max_val); }

}  // namespace vmaf_dnn::features
