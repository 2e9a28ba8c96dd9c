// SPDX-License-Identifier: BSD-3-Clause
#include "features/vif/vif.h"

#include <algorithm>

#include "features/vif/information.h"
#include "features/vif/log_table.h"
#include "features/vif/statistics.h"

namespace vmaf_dnn::features {
namespace {

constexpr int32_t kLogNoise = 17 * VifLog::kOne;

// log2 of 1 + gain^2 * variance / (noise of the channel and of the eye).
int32_t distorted_log(const VifStatistics& at, double enhn_gain_limit, const VifLog& log) {
  const double gain = at.covariance / (at.reference_variance + kVifLeastVariance);
  const auto channel_noise = static_cast<int64_t>(at.distorted_variance - gain * at.covariance);
  const int64_t noise = std::max<int64_t>(channel_noise, 0) + kVifNoise;
  const double limited = std::min(gain, enhn_gain_limit);
  const int64_t signal = static_cast<int64_t>(limited * limited * at.reference_variance);
  return log(static_cast<uint64_t>(signal + noise)) - log(static_cast<uint64_t>(noise));
}

void add(const VifStatistics& at, double enhn_gain_limit, const VifLog& log, VifInformation& information) {
  if (at.reference_variance < kVifNoise) {
    information.n_flat += 1;
    information.flat_variance += at.distorted_variance;
    return;
  }
  const auto variance = static_cast<uint64_t>(at.reference_variance);
  information.reference_logs += log(variance + kVifNoise) - kLogNoise;
  if (at.covariance > 0 && at.distorted_variance > 0)
    information.distorted_logs += distorted_log(at, enhn_gain_limit, log);
}

double score(const Luma& reference, const Luma& distorted, int scale, int bit_depth, double enhn_gain_limit,
             const VifLog& log) {
  VifInformation information;
  std::vector<VifStatistics> row(static_cast<size_t>(reference.width()));
  for (int y = 0; y < reference.height(); ++y) {
    vif_statistics(reference, distorted, scale, bit_depth, y, row);
    for (const VifStatistics& at : row) add(at, enhn_gain_limit, log, information);
  }
  return information.score();
}

}  // namespace

std::array<double, kVifScales> vif_scores(const Luma& reference, const Luma& distorted, int bit_depth,
                                          double enhn_gain_limit) {
  static const VifLog log;
  std::array<double, kVifScales> scores;
  scores[0] = score(reference, distorted, 0, bit_depth, enhn_gain_limit, log);
  Luma r = reference, d = distorted;
  for (int scale = 1; scale < kVifScales; ++scale) {
    r = vif_pyramid_step(r, scale, bit_depth);
    d = vif_pyramid_step(d, scale, bit_depth);
    scores[static_cast<size_t>(scale)] = score(r, d, scale, bit_depth, enhn_gain_limit, log);
  }
  return scores;
}

}  // namespace vmaf_dnn::features
