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

  double score() const {
    const double flat = static_cast<double>(n_flat);
    const double penalty = static_cast<double>(flat_variance) / 16384.0 / 65025.0;
    const auto numerator =
        static_cast<float>(static_cast<double>(distorted_logs) / 2048.0 + (flat - penalty));
    const auto denominator = static_cast<float>(static_cast<double>(reference_logs) / 2048.0 + flat);
    return numerator / denominator;
  }
};

}  // namespace vmaf_dnn::features
