// SPDX-License-Identifier: BSD-3-Clause
#include "fusion/calibration.h"

#include <algorithm>
#include <cmath>
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
  for (int64_t row = 0; row < n_rows; ++row) {
    const double curved = curve.apply(static_cast<double>(scores[row]));
    // What is no number is for the caller to see: clipped, it would pass for the best score.
    scores[row] = static_cast<float>(std::isfinite(curved) ? std::clamp(curved, range[0], range[1]) : curved);
  }
}

// Rows without a zero go as they are, in stretches as long as can be, for engines that split them further.
void Calibration::run_corrected(const Engine& engine, const float* rows, int64_t n_rows,
                                float* scores) const {
  std::vector<float> corrected;
  for (int64_t first = 0; first < n_rows;) {
    const auto rows_at = [&](int64_t row) { return rows + static_cast<std::size_t>(row) * n_features; };
    const auto chunk_at = [&](int64_t row) { return std::min(kRowsAtOnce, n_rows - row); };
    int64_t last = first;
    while (last < n_rows && !any_is_zero(rows_at(last), chunk_at(last), n_features, correction->guided))
      last += chunk_at(last);
    if (last > first) {
      engine.run_features(rows_at(first), last - first, scores + first);
    } else {
      last += chunk_at(first);
      corrected.assign(rows_at(first), rows_at(last));
      correct(corrected);
      engine.run_features(corrected.data(), last - first, scores + first);
    }
    first = last;
  }
}

void Calibration::correct(std::vector<float>& rows) const {
  const auto [parameter, guided, guide] = *correction;
  for (std::size_t row = 0; row < rows.size(); row += n_features)
    if (rows[row + guided] == 0)
      rows[row + guided] = static_cast<float>(parameter * (1 - static_cast<double>(rows[row + guide])));
}

}  // namespace vmaf_dnn
