// SPDX-License-Identifier: BSD-3-Clause
#include "fusion/calibration.h"

#include <algorithm>
#include <vector>

namespace vmaf_dnn {
namespace {

constexpr int64_t kRowsAtOnce = 4096;  // whose corrected copies stay in a cache

bool any_is_zero(const float* rows, int64_t n_rows, std::size_t n_features, std::size_t place) {
  for (int64_t row = 0; row < n_rows; ++row)
    if (rows[static_cast<std::size_t>(row) * n_features + place] == 0) return true;
  return false;
}

}  // namespace

void Calibration::run(const Engine& engine, const float* rows, int64_t n_rows, float* scores) const {
  if (correction)
    run_corrected(engine, rows, n_rows, scores);
  else
    engine.run_features(rows, n_rows, scores);
  if (!transform) return;
  const auto& [curve, range] = *transform;
  for (int64_t row = 0; row < n_rows; ++row)
    scores[row] =
        static_cast<float>(std::clamp(curve.apply(static_cast<double>(scores[row])), range[0], range[1]));
}

void Calibration::run_corrected(const Engine& engine, const float* rows, int64_t n_rows,
                                float* scores) const {
  std::vector<float> corrected;
  for (int64_t first = 0; first < n_rows; first += kRowsAtOnce) {
    const int64_t n = std::min(kRowsAtOnce, n_rows - first);
    const float* some = rows + static_cast<std::size_t>(first) * n_features;
    if (any_is_zero(some, n, n_features, correction->guided)) {
      corrected.assign(some, some + static_cast<std::size_t>(n) * n_features);
      for (float* row = corrected.data(); row != corrected.data() + corrected.size(); row += n_features)
        if (row[correction->guided] == 0)
          row[correction->guided] =
              static_cast<float>(correction->parameter * (1 - static_cast<double>(row[correction->guide])));
      some = corrected.data();
    }
    engine.run_features(some, n, scores + first);
  }
}

}  // namespace vmaf_dnn
