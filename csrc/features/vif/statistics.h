// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <vector>

#include "features/image.h"

namespace vmaf_dnn::features {

// Around one sample, times 65536.
struct VifStatistics {
  int32_t reference_variance;
  int32_t distorted_variance;
  int32_t covariance;
};

// Of row y of the images at `scale`; `row` has a place for each column.
void vif_statistics(const Luma& reference, const Luma& distorted, int scale, int bit_depth, int y,
                    std::vector<VifStatistics>& row);

// The image of the scale after `scale - 1`: blurred, every other row and column.
Luma vif_pyramid_step(const Luma& finer, int scale, int bit_depth);

}  // namespace vmaf_dnn::features
