// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

namespace vmaf_dnn::features {

// Information of a frame. Where the reference is nearly flat it is not a logarithm but one a sample, less a
// little for the variance that the distorted frame adds.
struct VifInformation {
  int64_t distorted_logs = 0;
  int64_t reference_logs = 0;
  int64_t n_flat = 0;
  int64_t flat_variance = 0;

  VifInformation& operator+=(const VifInformation& other) {
    distorted_logs += other.distorted_logs;
    reference_logs += other.reference_logs;
    n_flat += other.n_flat;
    flat_variance += other.flat_variance;
    return *this;
  }

  double score() const {
    constexpr double kQuarterOfOne = 65536 / 4, kSquaredPeak = 255 * 255, kOneInLogs = 2048;
    const double flat = static_cast<double>(n_flat);
    const double penalty = static_cast<double>(flat_variance) / kQuarterOfOne / kSquaredPeak;
    const auto numerator =
        static_cast<float>(static_cast<double>(distorted_logs) / kOneInLogs + (flat - penalty));
    const auto denominator = static_cast<float>(static_cast<double>(reference_logs) / kOneInLogs + flat);
    return numerator / denominator;
  }
};

}  // namespace vmaf_dnn::features
